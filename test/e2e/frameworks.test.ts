import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import compression from 'compression'
import connect from 'connect'
import express from 'express'
import express4 from 'express4'
import { createProxyMiddleware } from 'http-proxy-middleware'
import {
  type Gateway,
  getContext,
  getKey,
  litellm,
  litellmAuth,
  litellmErrors,
  litellmProxy,
  litellmSpend,
  litellmUsage,
} from '../../src/index.ts'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

async function setup(app: (gateway: Gateway, upstream: string) => RequestListener, script: Script = answer) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const started = await startApp({ upstream: upstream.url, app: (gateway) => app(gateway, upstream.url) })
  cleanups.push(started.close)
  return { upstream, app: started, key: await started.key() }
}

const answer: Script = (res, { body }) => {
  if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents().join(''))
}

const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }

const APPS: [string, string, (gateway: Gateway) => RequestListener][] = [
  ['Express 5', '', (gateway) => express().use(litellm({ gateway }))],
  ['Express 4', '', (gateway) => express4().use(litellm({ gateway })) as RequestListener],
  ['Connect', '', (gateway) => connect().use(litellm({ gateway }) as connect.NextHandleFunction)],
  [
    'bare node:http',
    '',
    (gateway) => (req, res) => void litellm({ gateway })(req, res, () => res.writeHead(404).end()),
  ],
  ['Express 5 under /api/llm', '/api/llm', (gateway) => express().use('/api/llm', litellm({ gateway }))],
  [
    'Connect under /api/llm',
    '/api/llm',
    (gateway) => connect().use('/api/llm', litellm({ gateway }) as connect.NextHandleFunction),
  ],
  ['Express 5 behind express.json()', '', (gateway) => express().use(express.json(), litellm({ gateway }))],
  [
    'Express 4 behind express.json()',
    '',
    (gateway) => express4().use(express4.json(), litellm({ gateway })) as RequestListener,
  ],
  ['Express 5 behind compression()', '', (gateway) => express().use(compression(), litellm({ gateway }))],
]

describe.each(APPS)('%s', (_, mount, build) => {
  test.each(['/v1/chat/completions', '/chat/completions'])('serves POST %s, whole and streamed', async (path) => {
    const { app, key } = await setup(build)
    const whole = await app.post(mount + path, key.secret, BODY)
    expect(await whole.json()).toEqual(chatCompletion({ model: 'gpt-4o' }))
    const streamed = await app.post(mount + path, key.secret, { ...BODY, stream: true })
    expect(await streamed.text()).toBe(chatEvents({ usage: false, model: 'gpt-4o' }).join(''))
    const rows = await app.rows()
    expect(
      rows.map(({ status, prompt_tokens, completion_tokens }) => [status, prompt_tokens, completion_tokens]),
    ).toEqual([
      ['success', 10, 20],
      ['success', 10, 20],
    ])
  })

  test('lists models, answers refusals, leaves other routes alone', async () => {
    const { app, key } = await setup(build)
    const models = await fetch(`${app.url}${mount}/v1/models`, { headers: { authorization: `Bearer ${key.secret}` } })
    const list = (await models.json()) as { data: { id: string }[] }
    expect(list.data.map(({ id }) => id)).toEqual(['gpt-4o', 'embed'])
    expect((await app.post(`${mount}/v1/chat/completions`, 'sk-unknown', BODY)).status).toBe(401)
    expect((await fetch(`${app.url}${mount}/other`)).status).toBe(404)
    expect(await (await fetch(`${app.url}${mount}/health/liveliness`)).json()).toBe("I'm alive!")
    expect(await (await fetch(`${app.url}${mount}/health/readiness`)).json()).toEqual({
      status: 'healthy',
      db: 'connected',
    })
    expect((await fetch(`${app.url}${mount}/health`)).status).toBe(401)
    const health = await fetch(`${app.url}${mount}/health`, { headers: { 'x-api-key': MASTER_KEY } })
    expect(await health.json()).toMatchObject({ healthy_count: 2, unhealthy_count: 0 })
  })
})

test('mounted at /v1, the routes are those behind it', async () => {
  const { app, key } = await setup((gateway) => express().use('/v1', litellm({ gateway })))
  expect((await app.post('/v1/chat/completions', key.secret, BODY)).status).toBe(200)
  expect((await fetch(`${app.url}/v1/models`, { headers: { authorization: `Bearer ${key.secret}` } })).status).toBe(200)
})

describe('the parts alone', () => {
  test('auth before a route of the app: the key is known there', async () => {
    const { app, key } = await setup((gateway) => {
      const host = express()
      host.get('/reports', litellmAuth({ gateway, checkModel: false }), (req, res) => {
        res.json({ token: getKey(req).hashedToken })
      })
      return host.use(litellmErrors())
    })
    const headers = { authorization: `Bearer ${key.secret}` }
    expect(await (await fetch(`${app.url}/reports`, { headers })).json()).toEqual({ token: key.hashedToken })
    expect((await fetch(`${app.url}/reports`)).status).toBe(401)
  })

  test('optional auth lets requests without a key through', async () => {
    const { app } = await setup((gateway) =>
      express().get('/open', litellmAuth({ gateway, optional: true, checkModel: false }), (req, res) => {
        res.json({ key: getContext(req).key === undefined })
      }),
    )
    expect(await (await fetch(`${app.url}/open`)).json()).toEqual({ key: true })
  })

  test.each([false, true])('a handler of the app behind auth and spend leaves a row (stream: %s)', async (stream) => {
    const { app, key } = await setup((gateway, upstream) => {
      const host = express()
      host.post('/v1/chat/completions', litellmAuth({ gateway }), litellmSpend({ gateway }), async (req, res) => {
        const { call } = getContext(req)
        const response = await fetch(`${upstream}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify(call!.json),
        })
        res.status(response.status).type(response.headers.get('content-type')!)
        await pipeline(Readable.fromWeb(response.body as ReadableStream), res)
      })
      return host.use(litellmErrors())
    })
    const response = await app.post('/v1/chat/completions', key.secret, { ...BODY, stream })
    await response.text()
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      api_key: key.hashedToken,
      prompt_tokens: 10,
      completion_tokens: 20,
      status: 'success',
    })
  })

  test.each([false, true])(
    'a stock http-proxy-middleware behind auth and spend leaves a row (stream: %s)',
    async (stream) => {
      const { app, key, upstream } = await setup((gateway, target) => {
        const host = express()
        host.use(
          '/v1',
          litellmAuth({ gateway }),
          litellmSpend({ gateway }),
          createProxyMiddleware({ target, changeOrigin: true }),
        )
        return host.use(litellmErrors())
      })
      const response = await app.post('/v1/chat/completions', key.secret, { ...BODY, stream })
      expect(response.status).toBe(200)
      await response.text()
      expect(JSON.parse(upstream.requests[0]!.body.toString())).toEqual({ ...BODY, stream })
      const rows = await app.rows()
      expect(rows).toHaveLength(1)
      expect(rows[0]).toMatchObject({ prompt_tokens: 10, completion_tokens: 20, status: 'success' })
    },
  )

  test('a compressed answer of a handler is decoded for its usage and untouched for the client', async () => {
    const body = gzipSync(JSON.stringify(chatCompletion()))
    const { app, key } = await setup((gateway) => {
      const host = express()
      host.post('/v1/chat/completions', litellmAuth({ gateway }), litellmSpend({ gateway }), (_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body)
      })
      return host
    })
    const response = await app.post('/v1/chat/completions', key.secret, BODY)
    expect(await response.json()).toEqual(chatCompletion())
    // Decoding takes a moment, which the client does not wait for.
    for (let tries = 0; tries < 100 && (await app.rows()).length === 0; tries++) await app.gateway.flush()
    expect((await app.rows())[0]).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
  })

  test('usage alone tells the app how the call ended', async () => {
    const seen = Promise.withResolvers<unknown>()
    const { app, key } = await setup((gateway) => {
      const host = express()
      host.use(litellmAuth({ gateway }), litellmUsage({ gateway }), (req, _res, next) => {
        getContext(req).outcome!.then(seen.resolve)
        next()
      })
      return host.use(litellmProxy({ gateway }), litellmErrors())
    })
    await (await app.post('/v1/chat/completions', key.secret, BODY)).json()
    expect(await seen.promise).toMatchObject({ status: 'success', statusCode: 200, usage: { promptTokens: 10 } })
    expect(await app.rows()).toHaveLength(0)
  })
})
