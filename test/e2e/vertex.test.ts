import { generateKeyPairSync, verify } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, type RecordedRequest, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
const PROJECT = '/v1/projects/my-project/locations/europe-west1'

const GENERATED = {
  candidates: [{ content: { parts: [{ text: 'Hello!' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 20, totalTokenCount: 30 },
}
const answer: Script = (res, { url }) => sendJson(res, 200, url.includes('/openapi/') ? chatCompletion() : GENERATED)

interface Setup {
  /** How the token endpoint answers request number `n`, from 1. */
  readonly token?: (n: number) => { status?: number; body: object }
  readonly credentials?: (account: object) => object | Promise<object>
  readonly params?: object
  readonly variables?: (account: object) => Record<string, string>
  readonly script?: Script
  readonly config?: (account: object) => object
}

const tokens = (n: number, seconds = 3_600): { status?: number; body: object } => ({
  body: { access_token: `ya29.token-${n}`, expires_in: seconds },
})

async function setup(given: Setup = {}) {
  const { token = tokens, params = {}, script = answer } = given
  const { credentials = (account: object) => ({ vertex_credentials: JSON.stringify(account) }) } = given
  let asked = 0
  const google = await startUpstream((res) => {
    const { status = 200, body } = token(++asked)
    sendJson(res, status, body)
  })
  const upstream = await startUpstream(script)
  cleanups.push(google.close, upstream.close)
  const origin = upstream.url.replace('/v1', '')
  const account = {
    type: 'service_account',
    project_id: 'my-project',
    private_key_id: 'key-1',
    private_key: PRIVATE_KEY,
    client_email: 'gateway@my-project.iam.gserviceaccount.com',
    token_uri: `${google.url}/token`,
  }
  const common = { api_base: origin, vertex_location: 'europe-west1', ...PRICE, ...(await credentials(account)) }
  const model = (model_name: string, name: string) => ({
    model_name,
    litellm_params: { model: `vertex_ai/${name}`, ...common, ...params },
  })
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [model('gemini', 'gemini-2.5-flash'), model('claude', 'claude-sonnet-4@20250514')],
        environment_variables: { VERTEXAI_API_BASE: origin, ...given.variables?.(account) },
        router_settings: { num_retries: 0, disable_cooldowns: true },
        ...given.config?.(account),
      },
    },
  })
  cleanups.push(app.close)
  const key = await app.key()
  const generate = () => app.post('/v1beta/models/gemini:generateContent', key.secret, { contents: [] })
  return { app, key, google, upstream, generate }
}

/** The claims of the assertion with which a token was asked for, once its signature has been checked. */
function claimsOf({ body }: RecordedRequest) {
  const form = new URLSearchParams(body.toString())
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const [head = '', claims = '', signature = ''] = form.get('assertion')!.split('.')
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  return JSON.parse(Buffer.from(claims, 'base64url').toString())
}

const ROW = { status: 'success', model_group: 'gemini', custom_llm_provider: 'vertex_ai', prompt_tokens: 10 }

describe('the token', () => {
  test('is had for an assertion that the account has signed, and every call carries it', async () => {
    const { google, upstream, generate, app } = await setup()
    const answers = await Promise.all([generate(), generate(), generate()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(google.requests).toHaveLength(1)
    const { iss, aud, scope, iat, exp } = claimsOf(google.requests[0]!)
    expect({ iss, aud, scope }).toEqual({
      iss: 'gateway@my-project.iam.gserviceaccount.com',
      aud: `${google.url}/token`,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    })
    expect([exp - iat, Math.abs(iat - Date.now() / 1000) < 60]).toEqual([3_600, true])
    for (const { headers } of upstream.requests) expect(headers.authorization).toBe('Bearer ya29.token-1')
    expect(await app.rows()).toMatchObject([ROW, ROW, ROW])
  })

  test('that is about to end serves the call, and is renewed beside it', async () => {
    const { google, upstream, generate } = await setup({ token: (n) => tokens(n, n === 1 ? 60 : 3_600) })
    await generate()
    await generate()
    while (google.requests.length < 2) await new Promise(setImmediate)
    while (upstream.requests.at(-1)!.headers.authorization === 'Bearer ya29.token-1') await generate()
    expect(upstream.requests.slice(0, 2).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer ya29.token-1',
      'Bearer ya29.token-1',
    ])
    expect(upstream.requests.at(-1)!.headers.authorization).toBe('Bearer ya29.token-2')
    expect(google.requests).toHaveLength(2)
  })

  test('that cannot be had fails the call without a word of the key', async () => {
    const { upstream, generate, app } = await setup({
      token: () => ({ status: 400, body: { error: 'invalid_grant', error_description: PRIVATE_KEY } }),
    })
    const response = await generate()
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.stringMatching(/^Google gave no token for the credentials of this deployment\. model /),
      },
    })
    expect(upstream.requests).toHaveLength(0)
    const rows = await app.rows()
    expect(rows).toMatchObject([{ status: 'failure', spend: 0 }])
    expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY')
  })

  test('that could not be had is asked for again by the next call', async () => {
    const { generate } = await setup({ token: (n) => (n === 1 ? { status: 500, body: {} } : tokens(n)) })
    expect((await generate()).status).toBe(502)
    expect((await generate()).status).toBe(200)
  })
})

describe('credentials', () => {
  test('may be an object in the config', async () => {
    const { google, generate } = await setup({ credentials: (account) => ({ vertex_credentials: account }) })
    expect((await generate()).status).toBe(200)
    claimsOf(google.requests[0]!)
  })

  test('may be the path of a file', async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'vertex-')), 'account.json')
    const { google, generate, upstream } = await setup({
      async credentials(account) {
        await writeFile(file, JSON.stringify(account))
        return { vertex_credentials: file }
      },
    })
    expect((await generate()).status).toBe(200)
    claimsOf(google.requests[0]!)
    expect(upstream.requests[0]!.url).toContain(PROJECT)
  })

  test('may be those of a user who has logged in', async () => {
    const user = { type: 'authorized_user', client_id: 'id', client_secret: 'secret', refresh_token: '1//refresh' }
    const { google, generate, upstream } = await setup({
      credentials: ({ token_uri }: { token_uri?: string }) => ({
        vertex_project: 'my-project',
        vertex_credentials: { ...user, token_uri },
      }),
    })
    expect((await generate()).status).toBe(200)
    expect(Object.fromEntries(new URLSearchParams(google.requests[0]!.body.toString()))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'id',
      client_secret: 'secret',
      refresh_token: '1//refresh',
    })
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer ya29.token-1')
  })

  test('may be a token that somebody keeps fresh', async () => {
    const { google, generate, upstream } = await setup({
      credentials: () => ({ api_key: 'ya29.mine', vertex_project: 'my-project' }),
    })
    expect((await generate()).status).toBe(200)
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer ya29.mine')
    expect(google.requests).toHaveLength(0)
  })

  test('may be those of the environment, which go to the address of the environment', async () => {
    const { google, generate } = await setup({
      credentials: () => ({ vertex_project: 'my-project' }),
      variables: (account) => ({ VERTEXAI_CREDENTIALS: JSON.stringify(account) }),
    })
    expect((await generate()).status).toBe(200)
    expect(google.requests).toHaveLength(1)
  })

  test('of the environment do not go anywhere else', async () => {
    const elsewhere = await startUpstream((res) => sendJson(res, 200, GENERATED))
    cleanups.push(elsewhere.close)
    const { google, generate } = await setup({
      credentials: () => ({ vertex_project: 'my-project' }),
      params: { api_base: elsewhere.url },
      variables: (account) => ({ VERTEXAI_CREDENTIALS: JSON.stringify(account) }),
    })
    await generate()
    expect(elsewhere.requests).toHaveLength(1)
    expect(elsewhere.requests[0]!.headers.authorization).toBeUndefined()
    expect(google.requests).toHaveLength(0)
  })

  test("may be the machine's own", async () => {
    const machine = await startUpstream((res) => sendJson(res, 200, tokens(7).body))
    cleanups.push(machine.close)
    const { generate, upstream } = await setup({
      credentials: () => ({ vertex_project: 'my-project' }),
      variables: () => ({ GCE_METADATA_HOST: new URL(machine.url).host, GOOGLE_APPLICATION_CREDENTIALS: '' }),
    })
    expect((await generate()).status).toBe(200)
    expect(machine.requests[0]).toMatchObject({
      url: '/computeMetadata/v1/instance/service-accounts/default/token',
      headers: { 'metadata-flavor': 'Google' },
    })
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer ya29.token-7')
  })
})

describe('a call goes to the project and location of its deployment', () => {
  test.each([
    [
      '/v1beta/models/gemini:generateContent',
      { contents: [] },
      '/publishers/google/models/gemini-2.5-flash:generateContent',
    ],
    [
      '/v1/publishers/google/models/gemini:streamGenerateContent?alt=sse',
      { contents: [] },
      '/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    ],
    [
      '/v1/publishers/anthropic/models/claude:rawPredict',
      { anthropic_version: 'vertex-2023-10-16', messages: [] },
      '/publishers/anthropic/models/claude-sonnet-4%4020250514:rawPredict',
    ],
    [
      '/v1/chat/completions',
      { model: 'gemini', messages: [{ role: 'user', content: 'Hi' }] },
      '/publishers/google/models/gemini-2.5-flash:generateContent',
    ],
    [
      '/v1/chat/completions',
      { model: 'claude', messages: [{ role: 'user', content: 'Hi' }] },
      '/publishers/anthropic/models/claude-sonnet-4%4020250514:rawPredict',
    ],
    [
      '/vertex-ai/v1/projects/x/locations/y/publishers/google/models/gemini:generateContent',
      { contents: [] },
      '/publishers/google/models/gemini-2.5-flash:generateContent',
    ],
  ])('%s', async (route, body, expected) => {
    const { app, key, upstream } = await setup()
    expect((await app.post(route, key.secret, body)).status).toBe(200)
    expect(upstream.requests.map(({ url }) => url)).toEqual([PROJECT + expected])
    expect(await app.rows()).toMatchObject([{ custom_llm_provider: 'vertex_ai' }])
  })

  test("under Google's name for it in OpenAI's format, where that is preferred", async () => {
    const { app, key, upstream } = await setup({ params: { prefer_shape: 'openai-chat' } })
    await app.post('/v1/chat/completions', key.secret, { model: 'gemini', messages: [] })
    expect(upstream.requests[0]!.url).toBe(`${PROJECT}/endpoints/openapi/chat/completions`)
    expect(JSON.parse(upstream.requests[0]!.body.toString()).model).toBe('google/gemini-2.5-flash')
  })
})

describe('/vertex-ai', () => {
  const path = `${PROJECT}/publishers/google/models/gemini-2.0-flash:generateContent`

  test.each([
    ['/vertex-ai', path, path],
    ['/vertex_ai', '/publishers/google/models/gemini-2.0-flash:generateContent', path],
  ])("%s%s is relayed with the environment's credentials", async (prefix, route, expected) => {
    const { app, key, upstream } = await setup({
      variables: (account) => ({
        VERTEXAI_CREDENTIALS: JSON.stringify(account),
        VERTEXAI_PROJECT: 'my-project',
        VERTEXAI_LOCATION: 'europe-west1',
      }),
    })
    expect((await app.post(prefix + route, key.secret, { contents: [] })).status).toBe(200)
    expect(upstream.requests[0]).toMatchObject({ url: expected, headers: { authorization: 'Bearer ya29.token-1' } })
    expect(await app.rows()).toMatchObject([{ prompt_tokens: 10, custom_llm_provider: 'vertex_ai', status: 'success' }])
  })

  test("is relayed with the configuration's default_vertex_config", async () => {
    const { app, key, upstream } = await setup({
      config: (account) => ({
        default_vertex_config: {
          vertex_project: 'my-project',
          vertex_location: 'europe-west1',
          vertex_credentials: account,
        },
      }),
    })
    const short = '/publishers/google/models/gemini-2.0-flash:generateContent'
    expect((await app.post(`/vertex-ai${short}`, key.secret, {})).status).toBe(200)
    expect(upstream.requests[0]).toMatchObject({ url: path, headers: { authorization: 'Bearer ya29.token-1' } })
  })

  test('may be lent the credentials of a deployment', async () => {
    const { app, key, upstream } = await setup({ params: { use_in_pass_through: true } })
    const short = '/publishers/google/models/gemini-2.0-flash:countTokens'
    expect((await app.post(`/vertex-ai${short}`, key.secret, { contents: [] })).status).toBe(200)
    expect(upstream.requests[0]).toMatchObject({
      url: PROJECT + short,
      headers: { authorization: 'Bearer ya29.token-1' },
    })
  })

  test('answers 502 when there is no token to be had', async () => {
    const { app, key, upstream } = await setup({
      token: () => ({ status: 403, body: {} }),
      params: { use_in_pass_through: true },
    })
    expect((await app.post(`/vertex-ai${path}`, key.secret, {})).status).toBe(502)
    expect(upstream.requests).toHaveLength(0)
    expect(await app.rows()).toMatchObject([{ status: 'failure' }])
  })
})
