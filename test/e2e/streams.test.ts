import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import OpenAI from 'openai'
import { litellmAuth, litellmSpend } from '../../src/index.ts'
import type { TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { leaveEarly } from '../support/leave-early.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson } from '../support/upstream.ts'

async function setup(script: Script, options: Partial<TestAppOptions> = {}) {
  const started = await startScriptedApp(script, options)
  cleanups.push(started.close)
  return started
}

const BODY = { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hi' }] }
const EVENT_STREAM = { 'content-type': 'text/event-stream' }

describe('whatever slices the upstream sends', () => {
  test.each([1, 3, 1000])('slices of %d bytes: the client gets its bytes and the row its usage', async (size) => {
    const bytes = Buffer.from(chatEvents().join(''))
    const { app, key } = await setup(async (res) => {
      res.writeHead(200, EVENT_STREAM)
      for (let at = 0; at < bytes.length; at += size) {
        res.write(bytes.subarray(at, at + size))
        if (at % 97 === 0) await sleep(0)
      }
      res.end()
    })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(await response.text()).toBe(chatEvents({ usage: false, model: 'gpt-4o' }).join(''))
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ prompt_tokens: 10, completion_tokens: 20, status: 'success' })
  })
})

describe('a client that leaves', () => {
  const events = chatEvents({ words: ['a', 'b', 'c', 'd'] })

  test.each(events.map((_, index) => index))(
    'after event %d cancels the upstream and leaves one row',
    async (index) => {
      const { app, key, upstream } = await setup(async (res) => {
        res.writeHead(200, EVENT_STREAM)
        for (const event of events.slice(0, index + 1)) res.write(event)
        // The rest never comes: only the client's departure ends this.
      })
      await leaveEarly(app, key, BODY)
      await until(() => upstream.aborted === 1)
      await until(async () => (await app.rows()).length === 1)
      const [row] = await app.rows()
      // Usage is complete with the event before the end marker.
      const done = index >= events.length - 2
      expect(row!.status).toBe('success')
      expect(row!.metadata.error_information?.error_code).toBe(done ? undefined : '499')
    },
  )
})

describe('an upstream that goes wrong', () => {
  test('cut in the middle of a stream: the client sees that it is not whole, the row says failure', async () => {
    const { app, key } = await setup(async (res) => {
      res.writeHead(200, EVENT_STREAM)
      res.write(chatEvents()[0])
      await sleep(20)
      res.destroy()
    })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    await expect(response.text()).rejects.toThrow()
    await until(async () => (await app.rows()).length === 1)
    expect((await app.rows())[0]).toMatchObject({ status: 'failure' })
  })

  test('silent before its head: 504', async () => {
    const { app, key } = await setup(() => {}, { options: { upstreamTimeout: '1s' } })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ error: { type: 'timeout_error', code: '504' } })
    expect((await app.rows())[0]).toMatchObject({ status: 'failure' })
  })

  test('silent in the middle of a stream: the client sees that it is not whole', async () => {
    const script: Script = (res) => {
      res.writeHead(200, EVENT_STREAM)
      res.write(chatEvents()[0])
    }
    const { app, key } = await setup(script, { options: { upstreamTimeout: '1s' } })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    await expect(response.text()).rejects.toThrow()
    await until(async () => (await app.rows()).length === 1)
    expect((await app.rows())[0]).toMatchObject({ status: 'failure' })
  })

  test('not there: 502', async () => {
    const { app, key } = await setup(() => {}, { upstream: 'http://127.0.0.1:1/v1' })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(response.status).toBe(502)
    expect((await app.rows())[0]!.metadata.error_information).toMatchObject({ error_code: '502' })
  })

  test('an error event in a stream that began with 200: the client gets it, the row says failure', async () => {
    const error = { error: { message: 'overloaded', type: 'server_error', code: 'overloaded' } }
    const { app, key } = await setup((res) => {
      res.writeHead(200, EVENT_STREAM)
      res.write(chatEvents()[0])
      res.end(`data: ${JSON.stringify(error)}\n\n`)
    })
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: key.secret, maxRetries: 0 })
    const stream = await client.chat.completions.create(BODY as OpenAI.ChatCompletionCreateParamsStreaming)
    const readAll = async () => {
      for await (const _ of stream);
    }
    await expect(readAll()).rejects.toBeInstanceOf(OpenAI.APIError)
    expect((await app.rows())[0]).toMatchObject({ status: 'failure' })
  })

  test('an error that is no JSON is put into the shape that SDKs parse', async () => {
    const { app, key } = await setup((res) =>
      res.writeHead(503, { 'content-type': 'text/html', 'retry-after': '7' }).end('<h1>Busy</h1>'),
    )
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toEqual({
      error: { message: '<h1>Busy</h1>', type: 'upstream_error', param: null, code: '503' },
    })
  })

  test('an error that quotes the provider key does not show it', async () => {
    const { app, key } = await setup((res) =>
      sendJson(res, 401, { error: { message: 'Incorrect API key: sk-provider' } }),
    )
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('sk-provider')
  })

  const REDIRECTS: readonly (readonly [status: number, text: string])[] = [
    [302, ''],
    [307, JSON.stringify({ error: { message: 'elsewhere' } })],
    [308, JSON.stringify(chatCompletion())],
    [304, ''],
    [300, 'choose'],
  ]

  test.each(REDIRECTS.flatMap(([status, text]) => [false, true].map((stream) => [status, stream, text] as const)))(
    'a redirect (%d, streamed: %j) is not followed, not shown, and a failure in the row and the counters',
    async (status, stream, text) => {
      const { app, key } = await setup((res) =>
        res.writeHead(status, { location: 'http://169.254.169.254/', 'content-type': 'application/json' }).end(text),
      )
      const response = await app.post('/v1/chat/completions', key.secret, { ...BODY, stream })
      expect(response.status).toBe(502)
      expect(response.headers.get('location')).toBeNull()
      expect(await response.json()).toMatchObject({ error: { type: 'upstream_error', code: '502' } })
      const rows = await app.rows()
      expect(rows).toMatchObject([{ status: 'failure', spend: 0, total_tokens: 8 }])
      expect(rows[0]!.metadata.error_information).toMatchObject({
        error_code: '502',
        error_class: 'BadGatewayError',
        error_message: expect.stringContaining(`redirect (${status})`),
      })
      const [daily] = await app.sql`
        select failed_requests::int as failed, successful_requests::int as successful, spend
        from "LiteLLM_DailyUserSpend"`
      expect(daily).toEqual({ failed: 1, successful: 0, spend: 0 })
    },
  )

  test('a redirect that a handler of the host relays is a failure too', async () => {
    const { app, key } = await setup(() => {}, {
      app: (gateway) =>
        express().use(
          litellmSpend({ gateway }),
          litellmAuth({ gateway }),
          (_req, res) => void res.redirect(307, 'http://there/'),
        ),
    })
    const response = await fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...BODY, messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect(response.status).toBe(307)
    const [row] = await app.rows()
    expect([row!.status, row!.spend, row!.total_tokens]).toEqual(['failure', 0, 0])
  })
})

test('a slow client slows the upstream down instead of filling the memory', async () => {
  const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(64 * 1024) } }] })}\n\n`
  let sent = 0
  const { app, key } = await setup(async (res) => {
    res.setMaxListeners(0).writeHead(200, EVENT_STREAM)
    for (let index = 0; index < 2_000 && !res.destroyed; index++) {
      sent++
      if (!res.write(piece)) await new Promise((resolve) => res.once('drain', resolve).once('close', resolve))
    }
    res.end()
  })
  const response = await app.post('/v1/chat/completions', key.secret, BODY)
  // The client has read nothing: what is under way fits into socket buffers and stands still.
  await until(async () => {
    const inFlight = sent
    await sleep(300)
    return sent === inFlight
  })
  expect(sent).toBeLessThan(1_000)
  await response.body!.cancel()
})
