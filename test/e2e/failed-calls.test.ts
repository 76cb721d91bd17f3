import { request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { toRequestListener } from '../../src/cli/serve/serve.ts'
import { type LiteLLMOptions, litellm } from '../../src/index.ts'
import { defaultModels, MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { listLogger } from '../support/list-logger.ts'
import { until } from '../support/until.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const PROMPT = 'Zebras 4711 dance on my secret rooftop'
const PROVIDER_KEY = 'sk-provider'
const asked = { model: 'gpt-4o', messages: [{ role: 'user', content: `Please: ${PROMPT}. Thanks` }] }
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

async function setup(script: Script, options: LiteLLMOptions = {}, models?: readonly object[]) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const { logger, logged, lines } = listLogger()
  const app = await startApp({
    upstream: upstream.url,
    options: {
      logger,
      config: {
        model_list: models ?? defaultModels(upstream.url),
        router_settings: { num_retries: 0 },
        environment_variables: { OPENAI_API_KEY: PROVIDER_KEY, OPENAI_BASE_URL: upstream.url },
      },
      ...options,
    },
    app(gateway) {
      return toRequestListener(litellm({ gateway }), () => {})
    },
  })
  cleanups.push(app.close)
  const host = new URL(upstream.url).host
  return { app, upstream, lines, logged, host }
}

const json =
  (status: number, body: unknown): Script =>
  (res) =>
    sendJson(res, status, body)
const plain =
  (status: number, type: string, body: string): Script =>
  (res) =>
    res.writeHead(status, { 'content-type': type }).end(body)

const REFUSALS: readonly (readonly [name: string, script: Script, status: number, words: string])[] = [
  [
    'OpenAI’s form',
    json(404, { error: { message: 'The model `m` is gone', type: 'x', code: 'y' } }),
    404,
    'The model `m` is gone',
  ],
  ['a text as error', json(400, { error: 'max_tokens is too large' }), 400, 'max_tokens is too large'],
  ['`message` alone', json(403, { message: 'Not in your region' }), 403, 'Not in your region'],
  ['`detail`', json(422, { detail: [{ msg: 'field required', loc: ['body'] }] }), 422, 'field required'],
  ['Gemini’s list', json(429, [{ error: { message: 'Quota exceeded', status: 'X' } }]), 429, 'Quota exceeded'],
  [
    'a page',
    plain(502, 'text/html', '<html><style>b{}</style><h1>502 Bad\nGateway</h1></html>'),
    502,
    '502 Bad Gateway',
  ],
  ['plain text', plain(503, 'text/plain', 'no healthy upstream'), 503, 'no healthy upstream'],
]

describe('a call that an upstream refuses', () => {
  test.each(REFUSALS)(
    'in %s leaves one line with the upstream’s words, and a row with the same',
    async (...refusal) => {
      const [, script, status, words] = refusal
      const { app, lines, host } = await setup(script)
      const { secret } = await app.key()
      const answer = await app.post('/v1/chat/completions', secret, asked)
      expect(answer.status).toBe(status)
      await answer.text()
      const [row] = await app.rows()
      const id = answer.headers.get('x-litellm-call-id')
      expect(row!.metadata.error_information.error_message).toContain(words)
      const told = lines.filter((line) => line.includes(String(id)))
      expect(told).toHaveLength(1)
      for (const part of [`${status} `, 'gpt-4o', 'gpt-4o-2024-08-06', host, words]) expect(told[0]).toContain(part)
    },
  )

  test('in words that quote prompt and keys keeps them out of line and row', async () => {
    const message = `Incorrect API key: ${PROVIDER_KEY} (Bearer abcdefgh12345). In '${PROMPT}' the word 'rooftop' is not allowed, see AKIA1234567890ABCD.\nCall x failed: 200 OK`
    const { app, lines } = await setup(json(400, { error: { message, type: 'invalid_request_error', code: null } }))
    const { secret } = await app.key()
    await (await app.post('/v1/chat/completions', secret, asked)).text()
    const [row] = await app.rows()
    const shown = JSON.stringify([row, lines])
    for (const part of ['4711', 'dance on my', PROVIDER_KEY, 'abcdefgh12345', 'AKIA1234567890ABCD', secret]) {
      expect(shown).not.toContain(part)
    }
    expect(row!.metadata.error_information.error_message).toContain('Incorrect API key')
    expect(row!.metadata.error_information.error_message).toContain('is not allowed')
    expect(lines.filter((line) => line.includes('failed'))).toHaveLength(1)
    expect(lines.join()).not.toContain('\n')
  })

  test('at length is cut', async () => {
    const { app, lines } = await setup(json(400, { error: { message: 'long '.repeat(5_000) } }))
    await (await app.post('/v1/chat/completions', MASTER_KEY, asked)).text()
    const [row] = await app.rows()
    expect(row!.metadata.error_information.error_message.length).toBeLessThan(600)
    expect(lines.find((line) => line.includes('failed'))!.length).toBeLessThan(1_000)
  })

  test('in the middle of a stream too', async () => {
    const { app, lines } = await setup((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n')
      res.end('data: {"error":{"message":"The engine fell over","type":"server_error","code":500}}\n\n')
    })
    const answer = await app.post('/v1/chat/completions', MASTER_KEY, { ...asked, stream: true })
    await answer.text()
    const [row] = await app.rows()
    expect(row!.metadata.error_information.error_message).toContain('The engine fell over')
    expect(lines.filter((line) => line.includes('The engine fell over'))).toHaveLength(1)
  })

  test.each([
    ['GET', '/v1/files', undefined],
    ['POST', '/v1/batches', { endpoint: '/v1/chat/completions' }],
    ['POST', '/openai/v1/responses', { model: 'gpt-4o', input: PROMPT }],
  ])('behind a relay: %s %s', async (method, path, body) => {
    for (const script of [
      json(400, { error: { message: `No such purpose, ${PROMPT}` } }),
      plain(400, 'text/plain', `No such purpose, ${PROMPT}`),
    ]) {
      const { app, lines, host } = await setup(script)
      const answer = await fetch(app.url + path, {
        method,
        headers: { authorization: `Bearer ${MASTER_KEY}`, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      })
      await answer.text()
      const [row] = await app.rows()
      expect(row!.metadata.error_information.error_message).toContain('No such purpose')
      expect(lines.filter((line) => line.includes('No such purpose') && line.includes(host))).toHaveLength(1)
      if (body && 'input' in body) expect(JSON.stringify([row, lines])).not.toContain('4711')
    }
  })

  test('an upload, whose words nobody knows, is told without the upstream’s', async () => {
    const { app, lines } = await setup(json(400, { error: { message: `Line 1: ${PROMPT}`, code: 'bad_file' } }))
    const form = new FormData()
    form.set('file', new Blob([PROMPT]), 'a.jsonl')
    const headers = { authorization: `Bearer ${MASTER_KEY}` }
    await (await fetch(`${app.url}/v1/files`, { method: 'POST', headers, body: form })).text()
    const [row] = await app.rows()
    expect(JSON.stringify([row, lines])).not.toContain('4711')
    expect(lines.filter((line) => line.includes('bad_file'))).toHaveLength(1)
  })
})

test('an upstream that is not there, a model that nobody serves and a key that is not known are told too, once each', async () => {
  const { app, lines } = await setup(json(200, chatCompletion()), {}, defaultModels('http://127.0.0.1:1/v1'))
  const { secret } = await app.key()
  const unreachable = await app.post('/v1/chat/completions', secret, asked)
  const unknown = await app.post('/v1/chat/completions', MASTER_KEY, { ...asked, model: 'none\nCall y failed' })
  const stranger = await app.post('/v1/chat/completions', 'sk-nobody-knows-this', asked)
  for (const [answer, status, part] of [
    [unreachable, 502, '127.0.0.1:1'],
    [unknown, 400, 'none Call y failed'],
    [stranger, 401, '401'],
  ] as const) {
    await answer.text()
    expect(answer.status).toBe(status)
    const id = String(answer.headers.get('x-litellm-call-id'))
    await until(() => lines.some((line) => line.includes(id)))
    expect(lines.filter((line) => line.includes(id))).toEqual([expect.stringContaining(part)])
  }
  expect(lines.join()).not.toContain('sk-nobody-knows-this')
})

test('a 502 names model, deployment and host, to the client and in the row too', async () => {
  const { app } = await setup(json(200, chatCompletion()), {}, [
    { ...(defaultModels('http://127.0.0.1:1/v1')[0] as object), model_info: { id: 'd1' } },
  ])
  const answer = await app.post('/v1/chat/completions', MASTER_KEY, asked)
  const { error } = (await answer.json()) as { error: { message: string } }
  for (const part of ['ECONNREFUSED', 'model gpt-4o', 'deployment d1 (gpt-4o-2024-08-06)', 'host 127.0.0.1:1']) {
    expect(error.message).toContain(part)
  }
  const [row] = await app.rows()
  expect(row!.metadata.error_information.error_message).toBe(error.message)
})

describe('a call that is answered', () => {
  const failingOnce = (): Script => {
    let count = 0
    return (res) =>
      count++ === 0
        ? sendJson(res, 500, { error: { message: `oops, ${PROMPT}: upside down` } })
        : sendJson(res, 200, chatCompletion())
  }

  async function callTwice(options: LiteLLMOptions = {}) {
    const upstream = await startUpstream(failingOnce())
    cleanups.push(upstream.close)
    const config = { model_list: defaultModels(upstream.url), router_settings: { num_retries: 1, retry_after: 0 } }
    const { app, ...told } = await setup(failingOnce(), { config, ...options })
    const { secret } = await app.key({ key_alias: 'of-tests' })
    const answer = await app.post('/v1/chat/completions?secret=4711', secret, asked)
    expect(answer.status).toBe(200)
    await answer.text()
    const id = String(answer.headers.get('x-litellm-call-id'))
    await app.rows()
    const { host } = new URL(upstream.url)
    return {
      ...told,
      own: told.logged.filter(({ fields, level }) => fields.callId === id && level !== 'debug'),
      id,
      host,
    }
  }

  test('has a line of access, and one for each try that failed, with what was tried next', async () => {
    const { own, lines, id, host } = await callTwice()
    expect(own.map(({ level }) => level)).toEqual(['warn', 'info'])
    const [failed, access] = own
    expect(failed!.fields).toMatchObject({ event: 'try', callId: id, status: 500, host, modelGroup: 'gpt-4o' })
    expect(failed!.message).toMatch(
      /a try has failed: 500 InternalServerError, model gpt-4o, deployment .* host .* oops, .*upside down; next in \d+ ms: deployment .* host /,
    )
    expect(access!.fields).toMatchObject({
      event: 'call',
      path: '/v1/chat/completions',
      status: 200,
      modelGroup: 'gpt-4o',
      host,
      keyAlias: 'of-tests',
      retries: 1,
      promptTokens: expect.any(Number),
      cost: expect.any(Number),
      durationMs: expect.any(Number),
    })
    expect(access!.message).toMatch(/: 200 \/v1\/chat\/completions, \d+ ms, model gpt-4o, .* after 1 failed try$/)
    expect(JSON.stringify(lines)).not.toContain('4711')
  })

  test('has none when `accessLog` is off', async () => {
    const { own } = await callTwice({ accessLog: false })
    expect(own.map(({ level }) => level)).toEqual(['warn'])
  })
})

test('every answer has the id of its call, errors too', async () => {
  const { app } = await setup((res, { url }) =>
    url.includes('files') ? sendJson(res, 200, { object: 'list', data: [] }) : sendJson(res, 200, chatCompletion()),
  )
  const { secret } = await app.key({ models: ['gpt-4o'] })
  const requests: readonly (readonly [string, string, string, unknown?])[] = [
    ['POST', '/v1/chat/completions', secret, asked],
    ['POST', '/v1/chat/completions', secret, { ...asked, model: 'embed' }],
    ['POST', '/v1/chat/completions', secret, '{not json'],
    ['POST', '/v1/chat/completions', 'sk-unknown-key', asked],
    ['POST', '/v1/chat/completions', '', asked],
    ['GET', '/v1/files', secret],
    ['GET', '/v1/files/file-1', secret],
    ['GET', '/v1/models', secret],
    ['GET', '/v1/models/none', secret],
    ['GET', '/model/info', secret],
    ['GET', '/health/liveliness', ''],
    ['GET', '/health/readiness', ''],
    ['GET', '/spend/logs', MASTER_KEY],
    ['GET', '/spend/logs', secret],
    ['GET', '/spend/logs?api_key=%00', MASTER_KEY],
    ['POST', '/key/generate', MASTER_KEY, {}],
    ['POST', '/key/generate', MASTER_KEY, { max_budget: 'x' }],
    ['POST', '/key/generate', secret, {}],
    ['POST', '/user/auth', ''],
    ['GET', '/no/such/route', secret],
    ['POST', '/v1//files', secret, {}],
  ]
  const ids = new Set<string>()
  for (const [method, path, key, body] of requests) {
    const { headers } = await send(app.url, method, path, key, body)
    expect([path, headers['x-litellm-call-id']]).toEqual([path, expect.stringMatching(UUID)])
    ids.add(String(headers['x-litellm-call-id']))
  }
  expect(ids.size).toBe(requests.length)
})

function send(url: string, method: string, path: string, key: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise<{ headers: Record<string, unknown> }>((resolve, reject) => {
    const headers = {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(text && { 'content-type': 'application/json' }),
    }
    const { hostname, port } = new URL(url)
    request({ hostname, port, method, path, headers }, (res) => {
      res.resume().once('end', () => resolve({ headers: res.headers }))
    })
      .once('error', reject)
      .end(text)
  })
}
