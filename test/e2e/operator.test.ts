import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

async function setup(config: object = {}, options: LiteLLMOptions = {}) {
  const upstream = await startUpstream((res) => {
    // What a provider says to pages of its own is not for those of ours.
    res.setHeader('access-control-allow-origin', 'https://provider.example.com')
    sendJson(res, 200, chatCompletion({ id: '' }))
  })
  const ill = await startUpstream((res) => sendJson(res, 500, { error: { message: 'sk-provider is ill' } }))
  cleanups.push(upstream.close, ill.close)
  const model = (name: string, api_base: string) => ({
    model_name: name,
    litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'sk-provider' },
    model_info: { id: `id-${name}` },
  })
  const app = await startApp({
    upstream: '',
    options: { config: { model_list: [model('well', upstream.url), model('ill', ill.url)], ...config }, ...options },
  })
  cleanups.push(app.close)
  const get = async (path: string, secret = MASTER_KEY, headers = {}) => {
    const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${secret}`, ...headers } })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any }
  }
  return { app, upstream, ill, get }
}

const PAGE = 'https://app.example.com'

function preflight(url: string, path: string, origin = PAGE, method = 'POST') {
  const headers = {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type',
  }
  return fetch(url + path, { method: 'OPTIONS', headers })
}

const corsOf = ({ headers }: { headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-allow')))

test('pages of the origins that are named may read answers, errors and relayed ones too', async () => {
  const { app, get } = await setup({}, { corsOrigins: [PAGE] })
  const allowed = { 'access-control-allow-origin': PAGE, 'access-control-allow-credentials': 'true' }
  for (const path of ['/v1/chat/completions', '/v1/files', '/key/generate']) {
    const asked = await preflight(app.url, path)
    expect([path, asked.status, await asked.text()]).toEqual([path, 200, 'OK'])
    expect(corsOf(asked)).toEqual({
      ...allowed,
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
      'access-control-allow-headers': 'authorization,content-type',
    })
    expect(asked.headers.get('vary')).toBe('Origin')
  }
  const chat = { model: 'well', messages: [] }
  for (const [secret, status] of [
    [MASTER_KEY, 200],
    ['sk-unknown', 401],
  ] as const) {
    const answer = await app.post('/v1/chat/completions', secret, chat, { origin: PAGE })
    await answer.text()
    expect([answer.status, corsOf(answer)]).toEqual([status, allowed])
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-litellm-call-id')
  }
  expect(corsOf(await get('/openai/v1/files', MASTER_KEY, { origin: PAGE }))).toEqual(allowed)

  const foreign = await preflight(app.url, '/v1/chat/completions', 'https://evil.example.com')
  expect([foreign.status, corsOf(foreign)['access-control-allow-origin']]).toEqual([400, undefined])
  const read = await app.post('/v1/chat/completions', MASTER_KEY, chat, { origin: 'https://evil.example.com' })
  expect([await read.text(), corsOf(read)]).toEqual([expect.any(String), {}])
  // A route of the app is the app's.
  expect((await preflight(app.url, '/not/ours')).status).toBe(404)
})

test.each([
  [{ corsOrigins: ['*'] }, { 'access-control-allow-origin': '*' }],
  [
    { corsOrigins: ['*'], corsCredentials: true },
    { 'access-control-allow-origin': PAGE, 'access-control-allow-credentials': 'true' },
  ],
  [{}, {}],
] as const)('with %j a page hears %j', async (options, allowed) => {
  const { get } = await setup({}, options as LiteLLMOptions)
  expect(corsOf(await get('/v1/models', MASTER_KEY, { origin: PAGE }))).toEqual(allowed)
})

test('/health asks the providers, once for all who ask meanwhile, and says 503 where a model that was asked for is ill', async () => {
  const { app, upstream, ill, get } = await setup()
  const [first, again] = await Promise.all([get('/health'), get('/health')])
  expect(first.body).toMatchObject({
    healthy_endpoints: [{ model_id: 'id-well', api_base: upstream.url }],
    unhealthy_endpoints: [{ model_id: 'id-ill', error: 'The upstream answered with status 500.' }],
    healthy_count: 1,
    unhealthy_count: 1,
  })
  expect(again.body).toEqual(first.body)
  expect([first.status, upstream.requests.length, ill.requests.length]).toEqual([200, 1, 1])
  expect((await get('/health?model=ill')).status).toBe(503)
  expect((await get('/health?model_id=id-well')).status).toBe(200)
  const { secret } = await app.key({ models: ['well'] })
  const own = await get('/health', secret)
  expect(own.body).toMatchObject({ healthy_count: 1, unhealthy_count: 0 })
  expect(own.body.healthy_endpoints[0].api_base).toBeUndefined()
  expect(own.headers.get('litellm-health-field-notice')).toContain('api_base')
})

test('/health/services tells a callback a made-up call, and waits for it', async () => {
  const server = await startCallbackServer()
  const { app, get } = await setup({
    litellm_settings: { success_callback: ['mine'] },
    callback_settings: { mine: { callback_type: 'generic_api', endpoint: server.url } },
  })
  expect(await get('/health/services?service=mine')).toMatchObject({
    status: 200,
    body: { status: 'success', message: 'Mock LLM request made - check mine.' },
  })
  expect(JSON.stringify(server.accepted[0]!.body)).toContain('This is a mock response')
  server.behave(400)
  const refused = await get('/health/services?service=mine')
  expect([refused.status, refused.body.status]).toEqual([503, 'unhealthy'])
  expect(await app.rows()).toEqual([])
  const none = await get('/health/services?service=nothing%00')
  expect([none.status, JSON.stringify(none.body)]).toEqual([400, expect.stringContaining('mine')])
  const { secret } = await app.key()
  expect((await get('/health/services?service=mine', secret)).status).toBe(401)
})

test('readiness details tell Redis, journal and outboxes', async () => {
  const server = await startCallbackServer()
  const { app, get } = await setup({
    litellm_settings: { success_callback: ['mine'] },
    callback_settings: { mine: { callback_type: 'generic_api', endpoint: server.url } },
  })
  app.gateway.events.tell('limits:local', { error: new Error('away') })
  const { body } = await get('/health/readiness/details')
  expect(body).toMatchObject({
    status: 'healthy',
    redis: null,
    spend: { queued: 0, journalBytes: 0 },
    not_shared: ['limits'],
    callbacks: { mine: { waiting: 0, delivered: 0, refused: 0 } },
  })
  app.gateway.events.tell('limits:shared')
  expect((await get('/health/readiness/details')).body.not_shared).toEqual([])
})
