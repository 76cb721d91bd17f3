import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { type Gateway, litellm } from '../../src/index.ts'
import type { TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { until } from '../support/until.ts'
import { chatCompletion, type Script, sendJson } from '../support/upstream.ts'

const answer: Script = (res) => sendJson(res, 200, chatCompletion())

async function setup(options: Partial<TestAppOptions['options']> = {}, script = answer, more = {}) {
  const started = await startScriptedApp(script, (upstream) => ({
    ...more,
    options: {
      config: {
        model_list: ['cheap', 'dear', 'claude', 'embed'].map((model_name) => ({
          model_name,
          litellm_params: {
            model: model_name === 'claude' ? 'anthropic/claude' : `openai/${model_name}`,
            api_base: upstream,
            api_key: 'sk-provider',
          },
        })),
      },
      ...options,
    },
  }))
  cleanups.push(started.close)
  return started
}

describe('a body that names its model so that another parser could read another one is refused', () => {
  const TWICE = '"model":"dear","model":"cheap"'
  test.each([
    ['/v1/chat/completions', `{${TWICE},"messages":[]}`],
    ['/v1/chat/completions', '{"model":"dear","mod\\u0065l":"cheap","messages":[]}'],
    ['/v1/chat/completions', '{"Model":"dear","model":"cheap","messages":[]}'],
    ['/v1/chat/completions', '{"model":"cheap","messages":[],"extra_body":{"MODEL":"dear"}}'],
    ['/v1/chat/completions', '{"model":"cheap","messages":[],"max_tokens":1,"max_tokens":100000}'],
    ['/v1/chat/completions', '{"model":"cheap","messages":[],"Max_Tokens":100000,"max_tokens":1}'],
    ['/v1/messages', '{"model":"claude","model":"claude","max_tokens":5,"messages":[]}'],
    ['/v1/embeddings', '{"model":"embed","MODEL":"dear","input":"x"}'],
    ['/v1/responses', `{${TWICE},"input":"x"}`],
    ['/openai/v1/chat/completions', `{${TWICE},"messages":[]}`],
    ['/openai/v1/other', `{${TWICE}}`],
    ['/v1/vector_stores', `{${TWICE}}`],
  ])('%s %s', async (path, body) => {
    process.env.OPENAI_API_KEY ??= 'sk-none'
    const { app, key, upstream } = await setup()
    const response = await app.post(path, key.secret, body)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { param: string; message: string } }
    expect(error.message).toContain(`The request body names \`${error.param}\``)
    expect(upstream.requests).toHaveLength(0)
  })

  test.each([
    ['', undefined],
    [', and keeps what it was sent', (req: object, _: object, bytes: Buffer) => Object.assign(req, { rawBody: bytes })],
  ])('behind a parser of the app that reads it first%s', async (_, verify) => {
    const { app, key, upstream } = await setup({}, answer, {
      app: (gateway: Gateway) => express().use(express.json({ verify })).use(litellm({ gateway })),
    })
    const send = (body: string) => app.post('/v1/chat/completions', key.secret, body)
    expect((await send('{"model":"cheap","Model":"dear","messages":[]}')).status).toBe(400)
    // A parser that keeps one of two has settled which it is.
    expect((await send(`{${TWICE},"messages":[]}`)).status).toBe(verify ? 400 : 200)
    for (const { body } of upstream.requests) expect(body.toString()).toBe('{"model":"cheap","messages":[]}')
  })
})

describe('what would hold up all others', () => {
  const NESTED = `{"model":"cheap","messages":${'['.repeat(9_000_000)}${']'.repeat(9_000_000)}}`

  test('is refused without being parsed', async () => {
    const { app, key, upstream } = await setup()
    const response = await app.post('/v1/chat/completions', key.secret, NESTED)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { message: 'The request body is nested deeper than 128 levels.' },
    })
    expect(upstream.requests).toHaveLength(0)
  })

  test('is refused by the management endpoints too', async () => {
    const { app } = await setup()
    const body = `{"metadata":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const response = await app.post('/key/generate', 'sk-master-of-the-tests', body)
    expect(response.status).toBe(400)
  })

  test('a large body arrives as it was sent', async () => {
    const { app, key, upstream } = await setup()
    const messages = Array.from({ length: 3_000 }, (_, index) => ({ role: 'user', content: `${index} é€𝄞`.repeat(50) }))
    const body = JSON.stringify({ model: 'cheap', messages })
    expect((await app.post('/v1/chat/completions', key.secret, body)).status).toBe(200)
    expect(upstream.requests[0]!.body.toString()).toBe(body)
  })
})

describe('all bodies in memory together are bounded', () => {
  const LIMITS = { maxBodyBytes: 100_000, maxHeldBodyBytes: 150_000 }
  const body = JSON.stringify({ model: 'cheap', messages: [{ role: 'user', content: 'x'.repeat(90_000) }] })

  /** The first call waits for its answer, until it is let go. */
  async function busy() {
    let letGo: () => void = () => {}
    const started = await setup(LIMITS, (res, { headers }) => {
      const send = () => sendJson(res, 200, chatCompletion({ id: '' }))
      if (headers['idempotency-key'] === 'first') letGo = send
      else send()
    })
    const { app, key, upstream } = started
    const client = new AbortController()
    const send = (headers = {}, signal?: AbortSignal) => {
      const all = { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json', ...headers }
      return fetch(`${app.url}/v1/chat/completions`, { method: 'POST', headers: all, body, signal })
    }
    const first = send({ 'idempotency-key': 'first' }, client.signal)
    await until(() => upstream.requests.length === 1)
    return { first, client, send, letGo: (): void => letGo() }
  }

  test('what finds no room is told to come again, and finds it when others are done', async () => {
    const { first, send, letGo } = await busy()
    const second = await send()
    expect(second.status).toBe(503)
    expect(second.headers.get('retry-after')).toBe('1')
    expect(await second.json()).toMatchObject({ error: { code: '503' } })
    letGo()
    expect((await first).status).toBe(200)
    for (let count = 0; count < 4; count++) await until(async () => (await send()).status === 200)
  })

  test('a client that leaves gives its room back', async () => {
    const { first, client, send } = await busy()
    expect((await send()).status).toBe(503)
    client.abort()
    await first.catch(() => {})
    await until(async () => (await send()).status === 200)
  })
})

describe('a body that does not come to its end', () => {
  const HEAD = 'HTTP/1.1\r\nhost: x\r\n'
  async function begin(lines: string, options = {}) {
    const { app, key } = await setup({ bodyTimeout: '300ms', ...options })
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    socket.write(lines.replace('KEY', `authorization: Bearer ${key.secret}`))
    return { received: await text(socket).catch(() => 'cut') }
  }

  test('is refused after its time', async () => {
    const { received } = await begin(
      `POST /v1/chat/completions ${HEAD}KEY\r\ncontent-length: 100\r\n\r\n{"model":"cheap",`,
    )
    expect(received).toMatch(/^HTTP\/1\.1 408 /)
    expect(received).toContain('did not arrive within 0.3 seconds')
  })

  test('is refused when it is a form', async () => {
    const form = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\ncheap\r\n--b'
    const { received } = await begin(
      `POST /v1/audio/transcriptions ${HEAD}KEY\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9999\r\n\r\n${form}`,
    )
    expect(received).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('is cut when it is on its way to the upstream', async () => {
    process.env.OPENAI_API_KEY ??= 'sk-none'
    const part = `--b\r\ncontent-disposition: form-data; name="model"\r\n\r\ncheap\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(5_000_000)}`
    const { received } = await begin(
      `POST /v1/audio/transcriptions ${HEAD}KEY\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9999999\r\n\r\n${part}`,
    )
    expect(received).not.toMatch(/^HTTP\/1\.1 200 /)
  })
})
