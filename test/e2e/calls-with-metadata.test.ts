import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const answer: Script = (res, { url, body }) => {
  if (url.endsWith('/messages')) {
    const usage = { input_tokens: 10, output_tokens: 20 }
    return sendJson(res, 200, { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'claude', usage })
  }
  if (url.endsWith('/embeddings')) {
    return sendJson(res, 200, { object: 'list', data: [], model: 'e', usage: { prompt_tokens: 3, total_tokens: 3 } })
  }
  if (url.endsWith('/responses')) {
    const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 }
    return sendJson(res, 200, { id: 'resp_1', object: 'response', status: 'completed', output: [], usage })
  }
  if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.end(chatEvents().join(''))
}

/** Every deployment of `setup`, under the name of its provider. */
const PROVIDERS = {
  'gpt-4o': 'openai/gpt-4o',
  'claude-3-5-haiku': 'anthropic/claude-3-5-haiku-20241022',
  vllm: 'hosted_vllm/qwen',
  azure: 'azure/gpt-4o',
  proxy: 'litellm_proxy/gpt-4o',
  router: 'openrouter/openai/gpt-4o',
  embed: 'openai/text-embedding-3-small',
}

/** A gateway in front of an upstream that is as strict as the provider, unless `strict` is false. */
async function setup({ strict }: { strict?: boolean } = {}) {
  const upstream = await startUpstream(answer, { strict })
  const models = Object.entries(PROVIDERS).map(([model_name, model]) => ({
    model_name,
    litellm_params: { model, api_base: upstream.url, api_key: 'sk-provider' },
  }))
  const app = await startApp({ upstream: upstream.url, models })
  cleanups.push(upstream.close, app.close)
  const { secret } = await app.key()
  /** Sends the call and tells what the upstream was sent. */
  async function send(body: object, { path = '/v1/chat/completions', headers = {} } = {}) {
    upstream.forget()
    const response = await app.post(path, secret, { messages: MESSAGES, model: 'gpt-4o', ...body }, headers)
    const text = await response.text()
    const [request] = upstream.requests
    const sent = request && JSON.parse(request.body.toString())
    return { status: response.status, text, sent, headers: request?.headers ?? {} }
  }
  return { app, upstream, secret, send, row: async () => (await app.rows()).at(-1)! }
}

const MESSAGES = [{ role: 'user', content: 'Tell me a story.' }]
const SESSION = { session_id: 'session-001', agent_name: 'storyteller', conversation_name: 'bedtime' }
const TOOL = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }

describe('the session examples pass at providers that refuse what they do not know', () => {
  test.each([
    ['a user and a session', { user: 'user-1', metadata: SESSION }],
    [
      'many members of metadata, numbers among them',
      { metadata: { ...SESSION, department: 'support', priority: 1 }, temperature: 0.7, max_tokens: 500 },
    ],
    [
      'a stream with headers and tags',
      { stream: true, metadata: SESSION, extra_headers: { 'X-Session-Type': 'creative' }, request_tags: ['story'] },
    ],
    ['tools', { metadata: SESSION, tools: [TOOL], tool_choice: 'auto' }],
    ['a model of Anthropic', { model: 'claude-3-5-haiku', metadata: SESSION, session_id: 'session-001' }],
  ])('%s', async (_, body) => {
    const { send, row } = await setup()
    const { status, sent } = await send(body)
    expect(status).toBe(200)
    expect(sent.metadata).toBeUndefined()
    expect(await row()).toMatchObject({ status: 'success', session_id: 'session-001', metadata: SESSION })
  })

  test('extra_body by the openai SDK, and written out', async () => {
    const { app, secret, send, row } = await setup()
    const openai = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
    const asked = { model: 'gpt-4o', messages: MESSAGES, metadata: SESSION, extra_body: { metadata: { n: 1 } } }
    await openai.chat.completions.create(asked as never)
    expect(await row()).toMatchObject({ status: 'success', metadata: { requester_metadata: { n: 1 } } })
    expect(await send({ extra_body: { metadata: SESSION } })).toMatchObject({ status: 200 })
    expect(await row()).toMatchObject({ session_id: 'session-001', metadata: SESSION })
  })
})

describe('metadata', () => {
  const mixed = { team: 'a', count: 3, tags: ['x'] }
  test.each([
    ['gpt-4o', {}, undefined],
    ['gpt-4o', { store: false }, undefined],
    ['gpt-4o', { store: true }, { team: 'a' }],
    ['azure', { store: true }, { team: 'a' }],
    ['vllm', { store: true }, undefined],
    ['proxy', {}, mixed],
  ])('a chat completion of %s with %j sends %j', async (model, rest, expected) => {
    const { send, row } = await setup({ strict: model === 'gpt-4o' })
    const { status, sent } = await send({ model, metadata: mixed, ...rest })
    expect(status).toBe(200)
    expect(sent.metadata).toEqual(expected)
    expect(await row()).toMatchObject({ metadata: { requester_metadata: mixed } })
  })

  test.each([
    ['/v1/responses', { model: 'gpt-4o', input: 'Hi' }, { team: 'a' }],
    ['/v1/embeddings', { model: 'embed', input: 'Hi' }, undefined],
    ['/v1/messages', { model: 'claude-3-5-haiku', max_tokens: 5, messages: MESSAGES }, { user_id: 'u' }],
  ])('%s sends %j of it', async (path, body, expected) => {
    const { send } = await setup()
    const metadata = path === '/v1/messages' ? { ...mixed, user_id: 'u' } : mixed
    const { status, sent } = await send({ messages: undefined, ...body, metadata, session_id: 's' }, { path })
    expect(status).toBe(200)
    expect(sent.metadata).toEqual(expected)
  })
})

test('what the gateway takes is not sent, and what a provider knows is', async () => {
  const { send } = await setup({ strict: false })
  const own = { session_id: 's-1', request_tags: ['t'], max_retries: 2, drop_params: true }
  expect((await send({ model: 'vllm', ...own, top_k: 5 })).sent).toEqual({
    model: 'qwen',
    messages: MESSAGES,
    top_k: 5,
  })
  expect((await send({ model: 'router', ...own })).sent).toMatchObject({ session_id: 's-1' })
  expect((await send({ model: 'proxy', ...own })).sent).toMatchObject({ session_id: 's-1', request_tags: ['t'] })
})

describe('the session is', () => {
  test.each([
    [{ session_id: 'top' }, {}, 'top'],
    [{ session_id: 'top', metadata: { session_id: 'meta' } }, {}, 'meta'],
    [{ session_id: 'top', litellm_session_id: 'own' }, {}, 'own'],
    [{ session_id: 'top' }, { 'x-litellm-session-id': 'header' }, 'header'],
    [{ extra_body: { session_id: 'extra' } }, {}, 'extra'],
  ])('%j %j -> %s', async (body, headers, expected) => {
    const { send, row } = await setup()
    expect((await send(body, { headers })).status).toBe(200)
    expect(await row()).toMatchObject({ session_id: expected })
  })
})

describe('extra_headers', () => {
  test('become headers, but for credentials and those of the connection', async () => {
    const { send } = await setup()
    const { status, sent, headers } = await send({
      extra_headers: {
        'X-Session-Type': 'creative',
        'X-Turn': 3,
        'Idempotency-Key': 'once',
        Authorization: 'Bearer stolen',
        'x-api-key': 'stolen',
        'OpenAI-Organization': 'org-other',
        Cookie: 'a=b',
        Host: 'elsewhere',
        'Content-Type': 'text/plain',
        'Content-Length': '3',
        'Transfer-Encoding': 'chunked',
        Connection: 'close',
        'Accept-Encoding': 'gzip',
        'X-Forwarded-For': '1.2.3.4',
      },
    })
    expect(status).toBe(200)
    expect(sent.extra_headers).toBeUndefined()
    expect(headers).toMatchObject({ 'x-session-type': 'creative', 'x-turn': '3', 'idempotency-key': 'once' })
    expect(headers).toMatchObject({ authorization: 'Bearer sk-provider', 'content-type': 'application/json' })
    expect(JSON.stringify(headers)).not.toMatch(/stolen|org-other|a=b|elsewhere|1\.2\.3\.4|chunked|gzip/)
  })

  test.each([
    ['text', 'must be an object'],
    [['x-a'], 'must be an object'],
    [{ 'a b': 'c' }, 'name'],
    [{ 'x-a': 'b\r\nauthorization: Bearer stolen' }, '`x-a`'],
    [{ 'x-a': { b: 1 } }, '`x-a`'],
  ])('%j are refused', async (extra_headers, part) => {
    const { send } = await setup()
    const { status, text, sent } = await send({ extra_headers })
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toMatchObject({ param: 'extra_headers' })
    expect(text).toContain(part)
    expect(sent).toBeUndefined()
  })
})

describe('extra_body', () => {
  test('adds its members to the body as they are written, but no model', async () => {
    const { app, upstream, secret } = await setup({ strict: false })
    const body =
      '{"model":"vllm","messages":[],"seed":1,"extra_body":{"seed":9007199254740993,"model":"other","top_k":5}}'
    expect((await app.post('/v1/chat/completions', secret, body)).status).toBe(200)
    expect(upstream.requests[0]!.body.toString()).toBe(
      '{"model":"qwen","messages":[],"seed":9007199254740993,"top_k":5}',
    )
  })

  test('is held to what a body is held to', async () => {
    const { send } = await setup()
    expect(await send({ extra_body: { api_base: 'http://evil.example' } })).toMatchObject({ status: 401 })
    expect(await send({ extra_body: { stream: true } })).toMatchObject({ sent: { stream_options: {} } })
  })

  test('that is no object is refused', async () => {
    const { send } = await setup()
    const { status, text } = await send({ extra_body: 'top_k=5' })
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toMatchObject({ param: 'extra_body', message: '`extra_body` must be an object.' })
    expect(await send({ extra_body: null })).toMatchObject({ status: 200 })
  })
})

describe('x-litellm-spend-logs-metadata', () => {
  test.each([
    ['{"team":"x","n":1}', {}, { team: 'x', n: 1 }],
    ['{"team":"x"}', { spend_logs_metadata: { team: 'body', b: 2 } }, { team: 'x' }],
    ['no json', { spend_logs_metadata: { b: 2 } }, { b: 2 }],
    ['[1]', {}, null],
  ])('%s with %j in the body is recorded as %j', async (header, metadata, expected) => {
    const { send, row } = await setup()
    const headers = { 'x-litellm-spend-logs-metadata': header }
    const { status, headers: sent } = await send({ metadata }, { headers })
    expect(status).toBe(200)
    expect(sent['x-litellm-spend-logs-metadata']).toBeUndefined()
    expect((await row()).metadata.spend_logs_metadata).toEqual(expected)
  })
})
