import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { litellmErrors } from '../../src/endpoints/errors.ts'
import { litellmRelay } from '../../src/endpoints/relay/relay.ts'
import type { Gateway, Json } from '../../src/index.ts'
import { passThroughEndpointsOf } from '../../src/upstream/relay/pass-through.ts'
import { createRelay } from '../../src/upstream/relay/relay.ts'
import { MASTER_KEY, startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startRealtimeUpstream } from '../support/realtime-upstream.ts'
import { until } from '../support/until.ts'
import { chatCompletion, type Script, startUpstream } from '../support/upstream.ts'

interface Setup {
  readonly script?: Script
  readonly env?: Record<string, string>
  readonly endpoints?: readonly Json[]
  /** Of the deployment `realtime` and of `gpt-4o`; default: the scripted upstream. */
  readonly api_base?: string
  readonly before?: readonly express.RequestHandler[]
  readonly options?: TestAppOptions['options']
}

const answerOk: Script = (res) => {
  res.setHeader('content-type', 'application/json').setHeader('set-cookie', 'a=1').end('{"ok":true}')
}

async function setup({ script = answerOk, env = {}, endpoints = [], api_base, before = [], options }: Setup = {}) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const base = upstream.url.replace('/v1', '')
  const app = await startApp({
    upstream: api_base ?? upstream.url,
    options,
    app(gateway: Gateway) {
      const transport = createRelay({ timeoutMs: 5_000 })
      cleanups.push(transport.close)
      const relay = litellmRelay({
        gateway: {
          ...gateway,
          relay: {
            transport,
            endpoints: passThroughEndpointsOf(endpoints.map((one) => ({ target: `${base}/target`, ...one }))),
            env: {
              OPENAI_API_KEY: 'sk-openai-ours',
              OPENAI_BASE_URL: upstream.url,
              ANTHROPIC_API_KEY: 'sk-anthropic-ours',
              ANTHROPIC_BASE_URL: base,
              GEMINI_API_KEY: 'gemini-ours',
              GEMINI_API_BASE: base,
              ...env,
            },
          },
        },
      })
      const server = express().use(...before, relay, litellmErrors())
      cleanups.push(() => server)
      return Object.assign(server, { upgrade: relay.upgrade })
    },
  })
  cleanups.push(app.close)
  return { app, upstream }
}

describe('a provider prefix', () => {
  test('reaches the provider with our key, and the call is metered, priced and recorded', async () => {
    const { app, upstream } = await setup({
      script: (res) => res.setHeader('content-type', 'application/json').end(JSON.stringify(chatCompletion())),
    })
    const { secret, hashedToken } = await app.key()
    const answer = await app.post('/openai/v1/chat/completions?key=sk-x', secret, { model: 'gpt-4o', messages: [] })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ object: 'chat.completion' })
    const [seen] = upstream.requests
    expect(seen).toMatchObject({ method: 'POST', url: '/v1/chat/completions' })
    expect(seen!.headers.authorization).toBe('Bearer sk-openai-ours')
    expect(seen!.headers.host).toBe(new URL(upstream.url).host)
    expect(seen!.body.toString()).toBe('{"model":"gpt-4o","messages":[]}')
    expect(JSON.stringify(seen)).not.toContain(secret)
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      api_key: hashedToken,
      model: 'gpt-4o',
      custom_llm_provider: 'openai',
      prompt_tokens: 10,
      completion_tokens: 20,
      status: 'success',
    })
    expect(rows[0]!.spend).toBeGreaterThan(0)
  })

  test.each([
    ['/anthropic/v1/messages', 'x-api-key', 'sk-anthropic-ours', '/v1/messages'],
    ['/gemini/v1beta/models/g:generateContent', 'x-goog-api-key', 'gemini-ours', '/v1beta/models/g:generateContent'],
    ['/openai/images/edits', 'authorization', 'Bearer sk-openai-ours', '/v1/images/edits'],
  ])('%s carries its key as %s', async (path, header, value, expected) => {
    const { app, upstream } = await setup()
    await (await app.post(path, MASTER_KEY, {})).text()
    expect(upstream.requests[0]!.url).toBe(expected)
    expect(upstream.requests[0]!.headers[header]).toBe(value)
  })

  test('without a provider key is refused, and says which one is missing', async () => {
    const { app, upstream } = await setup()
    const answer = await app.post('/mistral/v1/chat/completions', MASTER_KEY, { model: 'm' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('MISTRAL_API_KEY')
    expect(upstream.requests).toHaveLength(0)
  })

  test('holds to the models of the key, in the body and in the path', async () => {
    const { app, upstream } = await setup()
    const { secret } = await app.key({ models: ['gpt-4o'] })
    for (const [path, body] of [
      ['/openai/v1/chat/completions', { model: 'gpt-5' }],
      ['/gemini/v1beta/models/gemini-2.5-pro:generateContent', { contents: [] }],
    ] as const) {
      expect((await app.post(path, secret, body)).status).toBe(403)
    }
    const got = await fetch(`${app.url}/v1/files?model=gpt-5`, { headers: { authorization: `Bearer ${secret}` } })
    expect(got.status).toBe(403)
    expect(upstream.requests).toHaveLength(0)
  })

  test('a body that chooses its own upstream is refused', async () => {
    const { app, upstream } = await setup()
    const { secret } = await app.key()
    const body = { model: 'gpt-4o', api_base: 'http://169.254.169.254' }
    expect((await app.post('/openai/v1/chat/completions', secret, body)).status).toBe(401)
    expect(upstream.requests).toHaveLength(0)
  })

  test('needs a key', async () => {
    const { app, upstream } = await setup()
    expect((await app.post('/openai/v1/chat/completions', 'sk-unknown', { model: 'gpt-4o' })).status).toBe(401)
    expect((await fetch(`${app.url}/v1/files`)).status).toBe(401)
    expect(upstream.requests).toHaveLength(0)
    // One row a minute says that an address uses keys that nobody knows.
    expect(await app.rows()).toMatchObject([{ status: 'failure', spend: 0 }])
  })
})

describe('what only fetches an answer', () => {
  const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 }
  const fetched = {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model: 'gpt-4o-2024-08-06',
    output: [],
    usage,
  }

  test.each([
    ['GET', '/v1/responses/resp_1'],
    ['GET', '/openai/v1/responses/resp_1'],
    ['POST', '/v1/responses/resp_1/cancel'],
    ['DELETE', '/openai/v1/responses/resp_1'],
    ['GET', '/openai/v1/chat/completions/chatcmpl-1'],
  ])('%s %s is not billed again', async (method, path) => {
    const answer = path.includes('chat') ? chatCompletion() : fetched
    const { app } = await setup({
      script: (res) => res.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
    })
    const { secret } = await app.key({ metadata: { allow_foreign_resources: true } })
    const response = await fetch(app.url + path, { method, headers: { authorization: `Bearer ${secret}` } })
    expect(await response.json()).toEqual(answer)
    const [row] = await app.rows()
    expect(row).toMatchObject({ spend: 0, prompt_tokens: 0, completion_tokens: 0, status: 'success' })
    expect(row!.metadata.usage_source).toBe('none')
  })
})

describe('files', () => {
  test('an upload is streamed, byte for byte, and leaves one row', async () => {
    const { app, upstream } = await setup()
    const { secret } = await app.key()
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new Blob(['x'.repeat(3_000_000)]), 'a.jsonl')
    const answer = await fetch(`${app.url}/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: form,
    })
    expect(await answer.json()).toEqual({ ok: true })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('x-litellm-call-id')).toEqual(expect.any(String))
    expect(upstream.requests[0]!.url).toBe('/v1/files')
    expect(upstream.requests[0]!.body.length).toBeGreaterThan(3_000_000)
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ call_type: 'acreate_file', spend: 0, status: 'success' })
  })

  test('are listed, fetched and deleted, with and without /v1', async () => {
    const { app, upstream } = await setup()
    const call = (method: string, path: string) =>
      fetch(app.url + path, { method, headers: { authorization: `Bearer ${MASTER_KEY}` } }).then((res) => res.text())
    await call('GET', '/files?limit=2')
    await call('GET', '/v1/files/file-1/content')
    await call('DELETE', '/v1/files/file-1')
    expect(upstream.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/files?limit=2',
      'GET /v1/files/file-1/content',
      'DELETE /v1/files/file-1',
    ])
    const rows = await app.rows()
    expect(rows.map((row) => row.call_type)).toEqual(['afile_list', 'afile_content', 'afile_delete'])
  })

  test('go to the deployment of the model that the query names', async () => {
    const { app, upstream } = await setup({ env: { OPENAI_API_KEY: '' } })
    const answer = await fetch(`${app.url}/v1/files?model=gpt-4o`, {
      headers: { authorization: `Bearer ${MASTER_KEY}` },
    })
    expect(answer.status).toBe(200)
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer sk-provider')
  })
})

test('a body that a parser has read before us arrives all the same', async () => {
  const { app, upstream } = await setup({ before: [express.json()] })
  const body = { input_file_id: 'file-1', endpoint: '/v1/chat/completions' }
  const answer = await app.post('/v1/batches', MASTER_KEY, body)
  expect(answer.status).toBe(200)
  expect(JSON.parse(upstream.requests[0]!.body.toString())).toEqual(body)
})

test('a stream arrives piece by piece', async () => {
  let finish = () => {}
  const { app } = await setup({
    script: async (res) => {
      res.setHeader('content-type', 'text/event-stream').write('data: {"n":1}\n\n')
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      res.end('data: [DONE]\n\n')
    },
  })
  const answer = await app.post('/openai/v1/chat/completions', MASTER_KEY, { model: 'gpt-4o', stream: true })
  const reader = answer.body!.getReader()
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: {"n":1}\n\n')
  finish()
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: [DONE]\n\n')
})

test("a client's departure reaches the upstream, and the row says so", async () => {
  const { app, upstream } = await setup({ script: (res) => res.writeHead(200).write('first') })
  const leaving = new AbortController()
  const { secret } = await app.key({ metadata: { allow_foreign_resources: true } })
  const answer = await fetch(`${app.url}/v1/files/f/content`, {
    headers: { authorization: `Bearer ${secret}` },
    signal: leaving.signal,
  })
  await answer.body!.getReader().read()
  const ended = once(app.gateway.events, 'call:end')
  leaving.abort()
  await ended
  while (upstream.aborted === 0) await new Promise(setImmediate)
  expect((await app.rows()).map((row) => row.status)).toEqual(['failure'])
})

describe('errors', () => {
  test("an upstream's own are passed on, without our key in them", async () => {
    const { app } = await setup({
      script: (res) =>
        res
          .writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' })
          .end('{"error":{"message":"Incorrect API key provided: sk-openai-ours"}}'),
    })
    const answer = await app.post('/openai/v1/responses', MASTER_KEY, { model: 'gpt-4o' })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toBe('{"error":{"message":"Incorrect API key provided: ***"}}')
    expect((await app.rows())[0]).toMatchObject({ status: 'failure' })
  })

  test('an upstream that is not there is 502 with its host, and the rest of its address stays here', async () => {
    const { app } = await setup({ env: { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' } })
    const answer = await app.post('/openai/v1/responses', MASTER_KEY, { model: 'gpt-4o' })
    expect(answer.status).toBe(502)
    const text = await answer.text()
    expect(text).toContain('host 127.0.0.1:1"')
    expect(text).not.toMatch(/http:|\/v1/)
    expect(await app.rows()).toHaveLength(1)
  })

  test('a redirect is not passed on', async () => {
    const { app } = await setup({ script: (res) => res.writeHead(307, { location: 'http://evil/' }).end('x') })
    const answer = await app.post('/openai/v1/responses', MASTER_KEY, { model: 'gpt-4o' })
    expect(answer.status).toBe(502)
    expect(answer.headers.get('location')).toBeNull()
    expect((await app.rows())[0]).toMatchObject({ status: 'failure', spend: 0 })
  })

  test('an answer that is cut is cut for the client too', async () => {
    const { app } = await setup({
      script: (res) => {
        res.writeHead(200, { 'content-length': '100' }).write('half')
        setImmediate(() => res.destroy())
      },
    })
    const ended = once(app.gateway.events, 'call:end')
    const answer = await app.post('/openai/v1/files', MASTER_KEY, {})
    await expect(answer.text()).rejects.toThrow()
    await ended
    expect((await app.rows()).map((row) => row.status)).toEqual(['failure'])
  })
})

describe('what a request says cannot choose another host', () => {
  test.each([
    'GET http://169.254.169.254/openai/v1/files HTTP/1.1',
    'GET //169.254.169.254/openai/v1/files HTTP/1.1',
    'GET /openai/../v1/files HTTP/1.1',
    'GET /openai/%2e%2e/%2e%2e/x HTTP/1.1',
    'GET /openai/@169.254.169.254/x HTTP/1.1',
    'GET /openai/v1%2f..%2f..%2fx HTTP/1.1',
  ])('%s', async (line) => {
    const { app, upstream } = await setup()
    const status = await rawRequest(app.url, `${line}\r\nhost: a\r\nauthorization: Bearer ${MASTER_KEY}\r\n\r\n`)
    expect([400, 404]).toContain(status)
    expect(upstream.requests).toHaveLength(0)
  })

  test('a body without a length behind a DELETE cannot smuggle a second request', async () => {
    const { app, upstream } = await setup()
    const head = `DELETE /v1/files/f HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${MASTER_KEY}\r\n`
    const smuggled = 'GET /v1/admin HTTP/1.1\r\nhost: a\r\n\r\n'
    const body = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
    expect(await rawRequest(app.url, `${head}transfer-encoding: chunked\r\n\r\n${body}`)).toBe(400)
    expect(upstream.requests).toHaveLength(0)
  })

  test('two lengths are refused, and so are headers that are too large', async () => {
    const { app, upstream } = await setup()
    const head = `POST /v1/files HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${MASTER_KEY}\r\n`
    expect(await rawRequest(app.url, `${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`)).toBe(
      400,
    )
    expect(await rawRequest(app.url, `${head}x: ${'a'.repeat(20_000)}\r\n\r\n`)).toBe(431)
    expect(upstream.requests).toHaveLength(0)
  })

  test('Expect does not open a way around the headers', async () => {
    const { app, upstream } = await setup()
    const req = httpRequest(`${app.url}/v1/files`, {
      method: 'POST',
      headers: {
        expect: '100-continue',
        cookie: 'session=1',
        authorization: `Bearer ${MASTER_KEY}`,
        'content-type': 'application/octet-stream',
        'content-length': 3,
      },
    })
    req.on('continue', () => req.end('abc'))
    req.flushHeaders()
    const [res] = await once(req, 'response')
    expect(await text(res)).toBe('{"ok":true}')
    expect(upstream.requests[0]!.headers.cookie).toBeUndefined()
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer sk-openai-ours')
    expect(upstream.requests[0]!.body.toString()).toBe('abc')
  })
})

test('a relayed upload whose client falls silent is cut, upstream and all, and one that goes on is not', async () => {
  const seen: { complete: boolean; closed: Promise<unknown> }[] = []
  const upstream = createServer((req, res) => {
    const one = { complete: false, closed: new Promise((resolve) => req.once('close', resolve)) }
    seen.push(one)
    req.on('error', () => {}).resume()
    req.on('end', () => {
      one.complete = true
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"file-1","object":"file"}')
    })
  })
  await once(upstream.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => upstream.close().closeAllConnections())
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`
  const { app } = await setup({ env: { OPENAI_BASE_URL: url }, options: { bodyTimeout: '1s' } })
  const { secret } = await app.key()
  const start = () => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/octet-stream' }
    const sent = httpRequest(`${app.url}/v1/files`, {
      method: 'POST',
      headers: { ...headers, 'content-length': 1_000 },
    })
    const ended = new Promise((resolve) => {
      sent.on('error', () => resolve('cut')).on('response', (res) => resolve(res.resume().statusCode))
    })
    sent.write(Buffer.alloc(100, 'x'))
    return { sent, ended }
  }
  const silent = start()
  expect(await silent.ended).toBe('cut')
  await seen[0]!.closed
  expect(seen[0]!.complete).toBe(false)
  const going = start()
  await until(() => seen.length === 2)
  going.sent.end(Buffer.alloc(900, 'x'))
  expect(await going.ended).toBe(200)
  const rows = await app.rows()
  expect(rows.map(({ status }) => status)).toEqual(['failure', 'success'])
})

describe('a configured pass-through endpoint', () => {
  const endpoint = { path: '/rerank-here', headers: { Authorization: 'Bearer sk-target-ours', 'X-Extra': 1 } }

  test('needs a key, sends its own headers, and costs what it says', async () => {
    const { app, upstream } = await setup({ endpoints: [{ ...endpoint, cost_per_request: 0.25 }] })
    const { secret, hashedToken } = await app.key()
    expect((await fetch(`${app.url}/rerank-here`)).status).toBe(401)
    expect((await app.post('/rerank-here?a=1', secret, { q: 1 })).status).toBe(200)
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/target?a=1'])
    expect(upstream.requests[0]!.headers).toMatchObject({ authorization: 'Bearer sk-target-ours', 'x-extra': '1' })
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ call_type: 'pass_through_endpoint', spend: 0.25, model: 'unknown' })
    const [key] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
    expect(key!.spend).toBe(0.25)
  })

  test('is held to the budget of its key by what it costs, also when many call it at once', async () => {
    const { app } = await setup({ endpoints: [{ ...endpoint, cost_per_request: 0.25 }] })
    const { secret, hashedToken } = await app.key({ max_budget: 1 })
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.post('/rerank-here', secret, { q: 1 })))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(4).fill(200), ...Array(8).fill(422)])
    // Before anything is written, too.
    expect((await app.post('/rerank-here', secret, { q: 1 })).status).toBe(422)
    await app.rows()
    const [key] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
    expect(key!.spend).toBe(1)
  })

  test('can be open to everybody, and serve the paths below it', async () => {
    const { app, upstream } = await setup({ endpoints: [{ ...endpoint, auth: false, include_subpath: true }] })
    expect((await fetch(`${app.url}/rerank-here/a/b?c=d`)).status).toBe(200)
    expect((await fetch(`${app.url}/rerank-hereafter`)).status).toBe(404)
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/target/a/b?c=d'])
  })

  test('costs nothing when it fails', async () => {
    const { app } = await setup({
      endpoints: [{ ...endpoint, cost_per_request: 0.25 }],
      script: (res) => res.writeHead(500).end('no'),
    })
    await app.post('/rerank-here', MASTER_KEY, {})
    expect(await app.rows()).toMatchObject([{ spend: 0, status: 'failure' }])
  })

  test.each([
    [{ path: 'x', target: 'http://a' }, 'path must begin'],
    [{ path: '/x', target: 'file:///etc/passwd' }, 'target must be a URL'],
    [{ path: '/x', target: 'http://user:pw@a' }, 'must not hold a password'],
    [{ path: '/x', target: 'http://a', headers: { a: 'b\r\nc: d' } }, 'one line of text'],
    [{ path: '/x', target: 'http://a', cost_per_request: -1 }, 'cost_per_request'],
  ])('%j is a mistake', (entry, message) => {
    expect(() => passThroughEndpointsOf([entry])).toThrow(message)
  })
})

describe('a realtime session', () => {
  const usage = { total_tokens: 30, input_tokens: 10, output_tokens: 20 }
  const done = { type: 'response.done', response: { id: 'resp_1', usage } }
  const greeting = [{ type: 'session.created', session: { id: 'sess_1', model: 'm' } }, done, done]

  async function session(options: Parameters<typeof startRealtimeUpstream>[1] = {}, messages = greeting as object[]) {
    const upstream = await startRealtimeUpstream(messages, options)
    cleanups.push(upstream.close)
    const { app } = await setup({ api_base: upstream.url })
    app.server.on('upgrade', (app.server.listeners('request')[0] as never as { upgrade: never }).upgrade)
    const open = (secret: string, model = 'gpt-4o') =>
      new WebSocket(`${app.url.replace('http', 'ws')}/v1/realtime?model=${model}`, {
        headers: { authorization: `Bearer ${secret}`, cookie: 'a=1' },
      } as never)
    return { app, upstream, open }
  }

  test.each([1, 5, 1_000])('is relayed, metered and recorded once (pieces of %d bytes)', async (cut) => {
    const { app, upstream, open } = await session({ cut, headers: { 'set-cookie': 'a=1' } })
    const { secret, hashedToken } = await app.key()
    const socket = open(secret)
    const seen: unknown[] = []
    await new Promise<void>((resolve, reject) => {
      socket.onerror = reject
      socket.onmessage = ({ data }) => {
        seen.push(JSON.parse(data))
        if (seen.length === 3) resolve()
      }
    })
    expect(seen).toEqual(greeting)
    const [asked] = upstream.requests
    expect(asked!.url).toBe('/v1/realtime?model=gpt-4o-2024-08-06')
    expect(asked!.headers.authorization).toBe('Bearer sk-provider')
    expect(asked!.headers.cookie).toBeUndefined()
    expect(asked!.headers['sec-websocket-extensions']).toBeUndefined()
    const ended = once(app.gateway.events, 'call:end')
    socket.close()
    await ended
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      api_key: hashedToken,
      call_type: '_arealtime',
      model_group: 'gpt-4o',
      prompt_tokens: 20,
      completion_tokens: 40,
      status: 'success',
    })
    expect(rows[0]!.spend).toBeCloseTo(20 * 1e-6 + 40 * 2e-6)
  })

  test('is charged for what was written down of it, at the price of the model that did', async () => {
    const transcribed = (tokens: number) => ({
      type: 'conversation.item.input_audio_transcription.completed',
      usage: { type: 'tokens', input_tokens: tokens, output_tokens: 0, input_token_details: { audio_tokens: tokens } },
    })
    const session1 = { id: 'sess_1', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } }
    const updated = { type: 'session.updated', session: { input_audio_transcription: { model: 'whisper-1' } } }
    const minute = { ...transcribed(0), usage: { type: 'duration', seconds: 60 } }
    const messages = [{ type: 'session.created', session: session1 }, transcribed(1_000), done, updated, minute]
    const { app, open } = await session({}, messages)
    const socket = open((await app.key()).secret)
    let seen = 0
    await new Promise<void>((resolve) => {
      socket.onmessage = () => ++seen === messages.length && resolve()
    })
    const ended = once(app.gateway.events, 'call:end')
    socket.close()
    await ended
    const [row] = await app.rows()
    expect(row).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
    expect(row!.spend).toBeCloseTo(10 * 1e-6 + 20 * 2e-6 + 1_000 * 2.5e-6 + 0.006, 9)
  })

  test.each([
    ['sk-unknown', 'gpt-4o', 401],
    [undefined, 'gpt-5', 403],
    [MASTER_KEY, 'no-such-model', 400],
  ])('is refused to %s for %s with %d, as HTTP', async (given, model, status) => {
    const { app, upstream } = await session()
    const secret = given ?? (await app.key({ models: ['gpt-4o'] })).secret
    const head =
      `GET /v1/realtime?model=${model} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${secret}\r\n` +
      'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: aaaaaaaaaaaaaaaaaaaaaa==\r\n\r\n'
    expect(await rawRequest(app.url, head)).toBe(status)
    expect(upstream.requests).toHaveLength(0)
  })

  test('that the upstream refuses is a failure in the log, and the client hears its status', async () => {
    const { app } = await session({ status: 429 })
    const head =
      `GET /v1/realtime?model=gpt-4o HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${MASTER_KEY}\r\n` +
      'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: aaaaaaaaaaaaaaaaaaaaaa==\r\n\r\n'
    const ended = once(app.gateway.events, 'call:end')
    expect(await rawRequest(app.url, head)).toBe(429)
    await ended
    expect(await app.rows()).toMatchObject([{ status: 'failure', call_type: '_arealtime' }])
  })
})

/** Sends bytes as they are and resolves with the status of the answer. */
async function rawRequest(url: string, bytes: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(bytes)
  const [first] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return Number(/^HTTP\/1\.1 (\d+)/.exec(first.toString())?.[1])
}
