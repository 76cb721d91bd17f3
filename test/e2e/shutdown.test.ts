import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
import express from 'express'
import { type Gateway, litellm, litellmAuth, litellmErrors, litellmSpend, meter } from '../../src/index.ts'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { MASTER_KEY, startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { FEW_WORDS, halves } from '../support/halves.ts'
import { startRealtimeUpstream } from '../support/realtime-upstream.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { until } from '../support/until.ts'
import type { Script } from '../support/upstream.ts'

const BODY = { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Say a few words.' }] }

async function setup(script: Script, options: Partial<TestAppOptions> = {}) {
  const started = await startScriptedApp(script, options)
  cleanups.push(started.close)
  return started
}

async function begin(answer: Response) {
  const reader = answer.body!.getReader()
  let text = ''
  while (!text.includes('words')) text += Buffer.from((await reader.read()).value!).toString()
  const rest = async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += Buffer.from(part.value).toString()
    return text
  }
  const ended = rest()
  ended.catch(() => {})
  return { ended }
}

test.each(['memory', 'sync'] as const)(
  '`close` in an Express app cuts a stream after the grace period, and its row is there: %s',
  async (durability) => {
    const { app, key, upstream } = await setup(halves().script, { options: { durability, shutdownGrace: 100 } })
    const { ended } = await begin(await app.post('/v1/chat/completions', key.secret, BODY))
    app.server.close()
    const closing = await app.gateway.close()
    await expect(ended).rejects.toThrow()
    const [cut] = closing.cut
    expect(closing).toMatchObject({ flushed: 1, journaled: 0, lost: 0, openStreams: 0 })
    expect(closing.cut).toEqual([
      { callId: cut!.callId, modelGroup: 'gpt-4o', usageSource: 'estimated', cost: cut!.cost, row: 'written' },
    ])
    const [row] = await app.sql`select * from "LiteLLM_SpendLogs"`
    expect(row).toMatchObject({ status: 'failure', api_key: key.hashedToken, spend: cut!.cost })
    expect(row!.spend).toBeGreaterThan(0)
    expect(row!.metadata.error_information.error_code).toBe('503')
    const [{ spend }] = (await app.sql`select spend from "LiteLLM_VerificationToken"`) as [{ spend: number }]
    expect(spend).toBeCloseTo(row!.spend, 12)
    await until(() => upstream.aborted === 1)
    await assertLedgerConsistent(app.sql)
  },
)

test('`close` waits for a stream that ends within the grace period', async () => {
  const { script, go } = halves()
  const { app, key } = await setup(script, { options: { shutdownGrace: '1h' } })
  const { ended } = await begin(await app.post('/v1/chat/completions', key.secret, BODY))
  const closing = app.gateway.close()
  const readiness = await fetch(`${app.url}/health/readiness`)
  expect([readiness.status, readiness.headers.get('connection')]).toEqual([503, 'close'])
  expect((await fetch(`${app.url}/health/liveliness`)).status).toBe(200)
  go()
  expect(await ended).toContain('[DONE]')
  expect(await closing).toMatchObject({ flushed: 1, openStreams: 0, cut: [] })
})

test('a second `close` shortens the time of the first', async () => {
  const { app, key } = await setup(halves().script)
  await begin(await app.post('/v1/chat/completions', key.secret, BODY))
  const closing = app.gateway.close({ timeoutMs: 3_600_000 })
  void app.gateway.close({ timeoutMs: 0 })
  expect(await closing).toMatchObject({ openStreams: 0, cut: [{ row: 'written' }] })
})

test('after the end calls are refused with 503, and the client is told to ask elsewhere', async () => {
  const { app, key } = await setup(halves().script)
  await app.gateway.close()
  const answer = await app.post('/v1/chat/completions', key.secret, BODY)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await answer.json()).toMatchObject({ error: { message: 'The gateway is shutting down.' } })
})

test('a client that left before the end is no call that was cut for it', async () => {
  const { app, key } = await setup(halves().script, { options: { onClientAbort: 'drain' } })
  const client = new AbortController()
  const answer = await fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(BODY),
    signal: client.signal,
  })
  await begin(answer)
  client.abort()
  await until(async () => (await connectionsOf(app.server)) === 0)
  const closing = await app.gateway.close({ timeoutMs: 0 })
  expect(closing).toMatchObject({ openStreams: 0, cut: [{ usageSource: 'estimated', row: 'written' }] })
  const rows = await app.sql`select metadata from "LiteLLM_SpendLogs"`
  expect(rows.map(({ metadata }) => metadata.error_information.error_code)).toEqual(['499'])
})

function connectionsOf(server: import('node:http').Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
}

/** A handler of the user's own that writes words without end. */
async function* words() {
  for (;;) {
    yield JSON.parse(FEW_WORDS[2]!.slice('data: '.length))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test.each<[string, (gateway: Gateway) => express.RequestHandler]>([
  [
    'writes to the response',
    () => async (_req, res) => {
      res.type('text/event-stream')
      for await (const chunk of words()) {
        if (res.destroyed) return
        res.write(`data: ${JSON.stringify(chunk)}\n\n`)
      }
    },
  ],
  [
    'goes on with its own SDK when the client is gone',
    () => async (req, res) => {
      res.type('text/event-stream')
      let stop = false
      cleanups.push(() => {
        stop = true
      })
      for await (const chunk of meter(req, words())) {
        if (stop) return
        if (!res.destroyed) res.write(`data: ${JSON.stringify(chunk)}\n\n`)
      }
    },
  ],
])('a handler of your own that %s is settled too', async (_, handler) => {
  const app = (gateway: Gateway) =>
    express()
      .post('/v1/chat/completions', litellmAuth({ gateway }), litellmSpend({ gateway }), handler(gateway))
      .use(litellmErrors())
  const { app: served, key } = await setup(() => {}, { app })
  const { ended } = await begin(await served.post('/v1/chat/completions', key.secret, BODY))
  const closing = await served.gateway.close({ timeoutMs: 100 })
  await expect(ended).rejects.toThrow()
  expect(closing).toMatchObject({ openStreams: 0, cut: [{ usageSource: 'estimated', row: 'written' }] })
  expect(await served.sql`select * from "LiteLLM_SpendLogs"`).toMatchObject([{ status: 'failure' }])
})

test('a relayed request is settled too', async () => {
  const config = (target: string) => ({
    general_settings: { pass_through_endpoints: [{ path: '/slow', target, cost_per_request: 0.5 }] },
  })
  const script: Script = (res) => void res.writeHead(200, { 'content-type': 'text/plain' }).write('some words')
  const started = await startScriptedApp(script, (url) => ({ options: { config: config(url) } }))
  cleanups.push(started.close)
  const { app, upstream } = started
  const answer = await app.post('/slow', MASTER_KEY, { a: 1 })
  const { ended } = await begin(answer)
  expect(await app.gateway.close({ timeoutMs: 100 })).toMatchObject({ openStreams: 0, cut: [{ row: 'written' }] })
  await expect(ended).rejects.toThrow()
  await until(() => upstream.aborted === 1)
  expect(await app.sql`select * from "LiteLLM_SpendLogs"`).toMatchObject([{ status: 'failure' }])
})

test('a realtime session is settled by what it has reported', async () => {
  const usage = { total_tokens: 30, input_tokens: 10, output_tokens: 20 }
  const done = { type: 'response.done', response: { id: 'resp_1', usage } }
  const upstream = await startRealtimeUpstream([done])
  cleanups.push(upstream.close)
  let preset: ReturnType<typeof litellm> | undefined
  const app = await startApp({
    upstream: upstream.url,
    app: (gateway) => {
      preset = litellm({ gateway })
      return express().use(preset)
    },
  })
  cleanups.push(app.close)
  app.server.on('upgrade', preset!.upgrade)
  const { secret } = await app.key()
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  const closed = once(socket, 'close')
  socket.write(
    `GET /v1/realtime?model=gpt-4o HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${secret}\r\nconnection: Upgrade\r\n` +
      'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: aaaaaaaaaaaaaaaaaaaaaa==\r\n\r\n',
  )
  let seen = ''
  socket.on('data', (bytes) => {
    seen += bytes.toString('latin1')
  })
  await until(() => seen.includes('response.done'))
  const closing = await app.gateway.close({ timeoutMs: 100 })
  expect(closing).toMatchObject({ openStreams: 0, cut: [{ usageSource: 'partial', row: 'written' }] })
  await closed
  expect(await app.sql`select * from "LiteLLM_SpendLogs"`).toMatchObject([
    { status: 'failure', prompt_tokens: 10, completion_tokens: 20, metadata: { usage_source: 'partial' } },
  ])
})
