import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import request from 'supertest'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import type { TestKey } from '../support/keys.ts'
import { chatCompletion, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

let app: TestApp
let upstream: ScriptedUpstream
let key: TestKey

beforeAll(async () => {
  upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  app = await startApp({ upstream: upstream.url, options: { maxBodyBytes: 10_000 } })
  key = await app.key()
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const CHAT = '/v1/chat/completions'
const BODY = { model: 'gpt-4o', messages: [] }
const post = (headers: Record<string, string>, body: string | object = BODY) =>
  request(app.url)
    .post(CHAT)
    .set({ 'content-type': 'application/json', ...headers })
    .send(body)

describe('a secret is taken from every header that clients use', () => {
  test.each([
    ['authorization', 'Bearer '],
    ['authorization', 'bearer '],
    ['x-litellm-api-key', ''],
    ['x-litellm-api-key', 'Bearer '],
    ['x-api-key', ''],
    ['api-key', ''],
    ['x-goog-api-key', ''],
    ['ocp-apim-subscription-key', ''],
  ])('%s: %s', async (header, scheme) => {
    await post({ [header]: scheme + key.secret }).expect(200)
  })
})

describe('what is not a key is refused as LiteLLM refuses it', () => {
  const error = (message: string | RegExp, type: string, param: string | null, code: string) => ({
    error: { message: typeof message === 'string' ? message : expect.stringMatching(message), type, param, code },
  })

  test.each([
    ['no key', {}, 401, error('Authentication Error, No api key passed in.', 'auth_error', 'None', '401')],
    ['no scheme', { authorization: 'sk-1' }, 401, error(/Malformed API Key/, 'auth_error', 'None', '401')],
    [
      'not sk-',
      { authorization: 'Bearer abcdefghijkl' },
      401,
      error(/Received=abcd\*\*\*\*ijkl, expected to start with 'sk-'/, 'auth_error', 'None', '401'),
    ],
    [
      'unknown',
      { authorization: 'Bearer sk-unknown' },
      401,
      error(/Received API Key = sk-\.\.\.nown/, 'token_not_found_in_db', 'key', '401'),
    ],
    [
      'over-long',
      { authorization: `Bearer sk-${'x'.repeat(5_000)}` },
      401,
      error(/Malformed API Key/, 'auth_error', 'None', '401'),
    ],
  ])('%s', async (_, headers, status, body) => {
    const response = await post(headers as Record<string, string>)
    expect([response.status, response.body]).toEqual([status, body])
  })

  test('the stored hash of a key', async () => {
    await post({ authorization: `Bearer ${key.hashedToken}` }).expect(401)
  })

  test.each([
    ['blocked', { blocked: true }, 401, /Key is blocked/, 'auth_error'],
    ['expired', { expires: '2020-01-01T00:00:00Z' }, 401, /Expired Key/, 'expired_key'],
    ['budget spent', { max_budget: 1, spend: 1.5 }, 422, /Current cost: 1.5, Max budget: 1.0/, 'budget_exceeded'],
    ['budget of 0', { max_budget: 0 }, 422, /Budget has been exceeded/, 'budget_exceeded'],
    [
      'other models',
      { models: ['a', 'b-*'] },
      403,
      /^The requested model 'gpt-4o' is not available for this API key/,
      'key_model_access_denied',
    ],
  ])('%s', async (_, columns, status, message, type) => {
    const refused = await app.key(columns as Record<string, unknown>)
    const { body } = await post({ authorization: `Bearer ${refused.secret}` }).expect(status)
    expect(body).toMatchObject({ error: { message: expect.stringMatching(message), type, code: String(status) } })
  })

  test.each([[['gpt-4o']], [['gpt-*']], [['*']], [['all-proxy-models']], [[]]])(
    'models %j may call gpt-4o',
    async (models) => {
      const allowed = await app.key({ models })
      await post({ authorization: `Bearer ${allowed.secret}` }).expect(200)
    },
  )
})

describe('what is not a call is refused in the shape that SDKs parse', () => {
  const headers = () => ({ authorization: `Bearer ${key.secret}` })

  test.each([
    ['not JSON', '{"model":', 400, 'Invalid JSON payload: the body is not valid JSON.'],
    ['not an object', '[1]', 400, 'The request body is not a JSON object.'],
    ['no model', '{}', 400, /Invalid model name passed in model=None/],
    ['model of another type', '{"model":5}', 400, /Invalid model name passed in model=None/],
    ['unknown model', '{"model":"nope","messages":[]}', 400, /Invalid model name passed in model=nope/],
    ['too large', JSON.stringify({ model: 'gpt-4o', x: 'x'.repeat(10_000) }), 413, /larger than 10000 bytes/],
  ])('%s', async (_, body, status, message) => {
    const response = await post(headers(), body)
    expect(response.status).toBe(status)
    expect(response.body.error).toMatchObject({
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      type: 'invalid_request_error',
      code: String(status),
    })
  })

  test('what is refused before any upstream leaves a row for a known key, and costs nothing', async () => {
    const before = upstream.requests.length
    const own = await app.key()
    await post({ authorization: `Bearer ${own.secret}` }, '{"model":"nope","messages":[]}').expect(400)
    const row = (await app.rows()).find(({ api_key }) => api_key === own.hashedToken)
    expect(row).toMatchObject({ status: 'failure', spend: 0, model: 'unknown-model', model_group: '' })
    expect(upstream.requests.length).toBe(before)
  })
})

describe('the master key', () => {
  test('may call every model, as the default administrator', async () => {
    await post({ authorization: `Bearer ${MASTER_KEY}` }).expect(200)
    const row = (await app.rows()).find(({ api_key }) => api_key === 'litellm_proxy_master_key')
    expect(row).toMatchObject({ user: 'default_user_id', status: 'success' })
  })

  test('reads the log, virtual keys do not', async () => {
    await request(app.url).get('/spend/logs').set('authorization', `Bearer ${key.secret}`).expect(401)
    for (const named of [key.hashedToken, key.secret]) {
      const { body } = await request(app.url)
        .get(`/spend/logs?api_key=${named}`)
        .set('authorization', `Bearer ${MASTER_KEY}`)
        .expect(200)
      expect(body.length).toBeGreaterThan(0)
      expect(body[0]).toMatchObject({ api_key: key.hashedToken })
    }
  })
})

test('a prompt and a secret are nowhere in the database, nor in an event', async () => {
  const heard: unknown[] = []
  for (const name of ['key:accept', 'key:reject', 'spend:flush', 'spend:retry', 'spend:drop', 'fault'] as const) {
    app.gateway.events.on(name, (event: unknown) => heard.push(event))
  }
  const canary = 'canary-4711'
  await post({ authorization: `Bearer ${key.secret}` }, { ...BODY, messages: [{ role: 'user', content: canary }] })
  await post({ authorization: `Bearer sk-${canary}` })
  await post({ authorization: `Bearer ${key.secret}` }, `{"messages": "${canary}`)
  await app.rows()
  const tables = await app.sql<
    { name: string }[]
  >`select table_name as name from information_schema.tables where table_schema = 'public'`
  for (const { name } of tables) {
    const [row] =
      await app.sql`select count(*)::int as hits from ${app.sql(name)} as t where t::text like ${`%${canary}%`} or t::text like ${`%${key.secret}%`}`
    expect([name, row!.hits]).toEqual([name, 0])
  }
  expect(heard.length).toBeGreaterThan(0)
  expect(JSON.stringify(heard)).not.toMatch(new RegExp(`${canary}|${key.secret}`))
})
