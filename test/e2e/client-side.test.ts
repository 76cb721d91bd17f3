import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const answer: Script = (res) => sendJson(res, 200, chatCompletion({ id: '' }))

async function setup(
  params: (theirs: string) => object = () => ({}),
  general_settings: object = {},
  script = answer,
  options: object = {},
) {
  const [ours, theirs] = [await startUpstream(script), await startUpstream(script)]
  cleanups.push(ours.close, theirs.close)
  const common = {
    model: 'openai/gpt-4o',
    api_base: ours.url,
    api_key: 'sk-ours',
    extra_headers: { 'x-ours': 'secret' },
  }
  const app = await startApp({
    upstream: '',
    options: {
      ...options,
      config: {
        model_list: [
          { model_name: 'm', litellm_params: { ...common, ...params(theirs.url) } },
          { model_name: 'spare', litellm_params: common },
        ],
        general_settings,
        router_settings: { num_retries: 0, fallbacks: [{ m: ['spare'] }] },
      },
    },
  })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const chat = (body: object) => app.post('/v1/chat/completions', secret, { model: 'm', messages: [], ...body })
  return { app, ours, theirs, chat }
}

test("a key of the client's is used instead of ours, and is not part of the body", async () => {
  const { app, ours, chat } = await setup()
  expect((await chat({ api_key: 'sk-client' })).status).toBe(200)
  expect(ours.requests[0]!.headers).toMatchObject({ authorization: 'Bearer sk-client', 'x-ours': 'secret' })
  expect(ours.requests[0]!.body.toString()).toBe('{"model":"gpt-4o","messages":[]}')
  expect(JSON.stringify(await app.rows())).not.toContain('sk-client')
})

test('a key that is refused falls back to ours, and does not cool our deployment down', async () => {
  const script: Script = (res, request) =>
    request.headers.authorization === 'Bearer sk-client'
      ? sendJson(res, 401, { error: { message: 'bad key' } })
      : answer(res, request)
  const { ours, chat } = await setup(undefined, {}, script)
  expect((await chat({ api_key: 'sk-client' })).status).toBe(200)
  expect(ours.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-client', 'Bearer sk-ours'])
  const after = await chat({})
  expect(after.headers.get('x-litellm-attempted-fallbacks')).toBe('0')
})

describe("an address of the client's", () => {
  const pattern = (theirs: string) => ({
    configurable_clientside_auth_params: [{ api_base: theirs.replace(/\./g, '\\.') }],
  })

  test('that the operator has described is called, without anything of ours', async () => {
    const { ours, theirs, chat } = await setup(pattern)
    expect((await chat({ api_base: theirs.url, api_key: 'sk-client' })).status).toBe(200)
    expect((await chat({ api_base: theirs.url })).status).toBe(200)
    expect(ours.requests).toHaveLength(0)
    const [first, second] = theirs.requests
    expect(first).toMatchObject({ url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-client' } })
    expect(second!.headers.authorization).toBeUndefined()
    expect(JSON.stringify(theirs.requests)).not.toMatch(/sk-ours|secret/)
  })

  test.each([
    ['another than described', pattern, (url: string) => `${url}.evil.example`],
    ['one that nobody has allowed', () => ({}), (url: string) => url],
  ])('is refused: %s', async (_, params, address) => {
    const { ours, theirs, chat } = await setup(params)
    const response = await chat({ api_base: address(theirs.url) })
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('api_base is not allowed in request body')
    expect([...ours.requests, ...theirs.requests]).toHaveLength(0)
  })

  test.each([
    ['by name', () => ({ configurable_clientside_auth_params: ['api_base'] }), {}],
    ['by all', () => ({}), { allow_client_side_credentials: true }],
  ])('that is allowed %s must be one of the open internet', async (_, params, general) => {
    const { ours, theirs, chat } = await setup(params, general)
    for (const api_base of [
      theirs.url,
      'http://[::1]/v1',
      'http://169.254.169.254',
      'file:///etc/passwd',
      'http://u:p@a.b',
    ]) {
      expect((await chat({ api_base, disable_fallbacks: true })).status).toBe(400)
    }
    // A name is looked up first: the failure is that of a try.
    const named = await chat({ api_base: theirs.url.replace('127.0.0.1', 'localhost'), disable_fallbacks: true })
    expect(named.status).toBe(502)
    expect([...ours.requests, ...theirs.requests]).toHaveLength(0)
  })
})

test('an address that is not allowed goes nowhere where calls are only reported, either', async () => {
  const { ours, theirs, app } = await setup(undefined, {}, answer, { mode: 'report' })
  const { secret } = await app.key()
  const { status, headers } = await app.post('/v1/chat/completions', secret, {
    model: 'm',
    messages: [],
    api_base: theirs.url,
  })
  expect([status, headers.get('x-litellm-would-refuse')]).toEqual([200, 'bad_request'])
  expect([ours.requests.length, theirs.requests.length]).toEqual([1, 0])
})
