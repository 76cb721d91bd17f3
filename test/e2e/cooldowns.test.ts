import { describe, expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

interface Given {
  readonly deployments?: number
  readonly settings?: object
  readonly options?: LiteLLMOptions
  readonly model?: { readonly name: string; readonly model: string }
}

/** A model `m` whose deployments are all one upstream, a client that calls it as it should be, and one that does not. */
async function setup(script: Script, { deployments = 2, settings = {}, options = {}, model }: Given = {}) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const entry = (id: number) => ({
    model_name: model?.name ?? 'm',
    litellm_params: { model: model?.model ?? 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-operator' },
    model_info: { id: `d${id}` },
  })
  const config = {
    model_list: Array.from({ length: deployments }, (_, id) => entry(id)),
    router_settings: { num_retries: 0, cooldown_time: 60, ...settings },
  }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const [good, bad] = [await app.key(), await app.key()]
  const cooled: { readonly deploymentId: string; readonly status: number }[] = []
  app.gateway.events.on('deployment:cool', (event) => void cooled.push(event))
  const lacking: { readonly deploymentId: string; readonly shape: string }[] = []
  app.gateway.events.on('deployment:lacks', (event) => void lacking.push(event))
  const chat = async (body: object = {}, headers = {}, { secret } = good) => {
    const message = { model: 'm', messages: [{ role: 'user', content: 'Hello there' }], ...body }
    const response = await app.post('/v1/chat/completions', secret, message, headers)
    await response.arrayBuffer()
    return response.status
  }
  const respond = (body: object = {}, secret = bad.secret) =>
    app.post('/v1/responses', secret, { model: 'm', input: 'Hi', ...body })
  return { app, upstream, cooled, lacking, chat, respond, bad }
}

const answer: Script = (res) => sendJson(res, 200, chatCompletion())
const refuse = (status: number, error: object = { message: 'no', type: 'some_error' }): Script => {
  return (res) => sendJson(res, status, { error })
}
/** A server that has no `/responses`. */
const chatOnly: Script = (res, request) => {
  if (request.url.endsWith('/chat/completions')) return answer(res, request)
  return refuse(404, { message: 'Invalid URL (POST /v1/responses)', type: 'invalid_request_error', param: null })(
    res,
    request,
  )
}
/** One that answers calls with this word in them with `wrong`. */
const unlessWrong =
  (wrong: Script): Script =>
  (res, request) =>
    (request.body.toString().includes('WRONG') ? wrong : answer)(res, request)

describe("one client's wrong calls take a model from nobody", () => {
  test.each([1, 2])('by a route that its provider lacks, with %i deployments', async (deployments) => {
    const { chat, respond, cooled } = await setup(chatOnly, { deployments })
    for (let call = 0; call < 20; call++) {
      expect((await respond()).status).toBe(404)
      expect(await chat()).toBe(200)
    }
    expect(cooled).toEqual([])
  })

  test.each([1, 2])(
    'of a key with a budget of next to nothing, among 156 good calls, with %i deployments',
    async (deployments) => {
      const { app, chat, respond, cooled, lacking } = await setup(chatOnly, { deployments })
      const poor = await app.key({ max_budget: 1e-7 })
      const answers = await Promise.all(
        Array.from({ length: 156 }, async (_, call) => {
          const wrong = call % 3 === 0 ? respond({}, poor.secret) : undefined
          return [await chat(), (await wrong)?.status ?? 404]
        }),
      )
      expect(answers).toEqual(Array.from({ length: 156 }, () => [200, 404]))
      expect(cooled).toEqual([])
      expect(lacking.map(({ deploymentId }) => deploymentId).sort()).toEqual(['d0', 'd1'].slice(0, deployments))
    },
  )

  test.each([400, 403, 409, 413, 422])('that are answered with %i', async (status) => {
    const { chat, cooled } = await setup(unlessWrong(refuse(status)))
    for (let call = 0; call < 20; call++) {
      expect(await chat({ user: 'WRONG' })).toBe(status)
      expect(await chat()).toBe(200)
    }
    expect(cooled).toEqual([])
  })

  test('that are more than `allowed_fails`', async () => {
    const { chat, cooled } = await setup(unlessWrong(refuse(400)), { settings: { allowed_fails: 1 } })
    for (let call = 0; call < 5; call++) expect(await chat({ user: 'WRONG' })).toBe(400)
    expect([await chat(), cooled]).toEqual([200, []])
  })

  test('among whose 400s one 500 of the deployment is no majority', async () => {
    let ill = false
    const { chat, cooled } = await setup((res, request) => (ill ? refuse(500) : unlessWrong(refuse(400)))(res, request))
    for (let call = 0; call < 10; call++) await chat({ user: 'WRONG' })
    ill = true
    expect(await chat()).toBe(500)
    expect(cooled).toEqual([])
  })

  test('that are refused with 401: the credential is probed, once, and is good', async () => {
    const { chat, cooled, upstream } = await setup(unlessWrong(refuse(401)), { deployments: 1 })
    const probes = () => upstream.requests.filter(({ body }) => body.toString().includes('test from litellm'))
    for (let call = 0; call < 10; call++) expect(await chat({ user: 'WRONG' })).toBe(401)
    await until(() => probes().length > 0)
    expect(await chat()).toBe(200)
    expect([cooled, probes().length]).toEqual([[], 1])
    expect(probes()[0]!.headers.authorization).toBe('Bearer sk-operator')
  })

  test('that wait for a shorter time than the operator would', async () => {
    const { chat, cooled } = await setup((res, request) => {
      if (!request.body.toString().includes('WRONG')) answer(res, request)
    })
    for (let call = 0; call < 20; call++) {
      expect(await chat({ user: 'WRONG' }, { 'x-litellm-timeout': '0.05' })).toBe(504)
    }
    expect(await chat()).toBe(200)
    expect(cooled).toEqual([])
  })

  test('to a wildcard, with a model that is none', async () => {
    const nameless = refuse(404, { message: 'The model does not exist', code: 'model_not_found', param: null })
    const { chat, cooled } = await setup(
      (res, request) => {
        const { model } = JSON.parse(request.body.toString())
        ;(model === 'good' ? answer : nameless)(res, request)
      },
      { model: { name: '*', model: 'openai/*' } },
    )
    expect(await chat({ model: 'nonsense' })).toBe(404)
    expect(await chat({ model: 'good' })).toBe(200)
    expect(cooled).toEqual([])
  })
})

describe('a route that the deployments of a model lack', () => {
  test('is asked once of each; the next client gets the sentence at once', async () => {
    const { chat, respond, upstream, bad, lacking } = await setup(chatOnly)
    const told = (deploymentId: string) => ({ deploymentId, modelGroup: 'm', shape: 'openai-responses', ms: 300_000 })
    const first = await respond()
    expect([first.status, await first.json()]).toEqual([
      404,
      { error: expect.objectContaining({ type: 'invalid_request_error' }) },
    ])
    await respond()
    const asked = upstream.requests.length
    expect(asked).toBe(2)
    const next = await respond()
    expect(next.status).toBe(404)
    const { error } = (await next.json()) as { error: { message: string; code: string } }
    expect(error.message).toMatch(/^model=m cannot be called by this API: its upstream has answered 404 to the route\./)
    expect(upstream.requests).toHaveLength(asked)
    expect(lacking).toHaveLength(2)
    expect(lacking).toEqual(expect.arrayContaining(['d0', 'd1'].map((deploymentId) => told(deploymentId))))
    expect(await chat({}, {}, bad)).toBe(200)
  })

  test('is left to the fallbacks that have it', async () => {
    const spare = await startUpstream((res) =>
      sendJson(res, 200, { id: 'r', object: 'response', output: [], usage: {} }),
    )
    cleanups.push(spare.close)
    const main = await startUpstream(chatOnly)
    cleanups.push(main.close)
    const entry = (name: string, api_base: string) => ({
      model_name: name,
      litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'k' },
    })
    const app = await startApp({
      upstream: '',
      options: {
        config: {
          model_list: [entry('m', main.url), entry('spare', spare.url)],
          router_settings: { fallbacks: [{ m: ['spare'] }], num_retries: 0 },
        },
      },
    })
    cleanups.push(app.close)
    const { secret } = await app.key()
    for (let call = 0; call < 3; call++) {
      expect((await app.post('/v1/responses', secret, { model: 'm', input: 'Hi' })).status).toBe(200)
    }
    expect([main.requests.length, spare.requests.length]).toEqual([1, 3])
  })

  test.each<[string, object, object]>([
    ['a parameter of the call', { message: 'Not found', param: 'previous_response_id' }, {}],
    ['what the call says', { message: "Previous response with id 'resp_WRONG_1' not found.", param: null }, {}],
  ])('is not lacking when the 404 names %s', async (_name, error, more) => {
    const missing = refuse(404, error)
    const whole: Script = (res) => sendJson(res, 200, { id: 'r', object: 'response', output: [], usage: {} })
    const { respond } = await setup(
      (res, request) => (request.body.toString().includes('WRONG') ? missing : whole)(res, request),
      { deployments: 1 },
    )
    expect((await respond({ previous_response_id: 'resp_WRONG_1', ...more })).status).toBe(404)
    expect((await respond()).status).toBe(200)
  })

  test('is not lacking where it was answered before', async () => {
    let known = true
    const whole: Script = (res) => sendJson(res, 200, { id: 'r', object: 'response', output: [], usage: {} })
    const { respond } = await setup((res, request) => (known ? whole : refuse(404))(res, request), { deployments: 1 })
    expect((await respond()).status).toBe(200)
    known = false
    expect((await respond()).status).toBe(404)
    known = true
    expect((await respond()).status).toBe(200)
  })
})

describe('a deployment that is ill cools down', () => {
  test.each([401, 403])('when a probe of its credential is refused too: %i', async (status) => {
    const { chat, cooled } = await setup(refuse(status), { deployments: 1 })
    expect(await chat()).toBe(status)
    await until(() => cooled.length > 0)
    expect(cooled).toEqual([expect.objectContaining({ deploymentId: 'd0', status })])
    expect(await chat()).toBe(429)
  })

  test('when its provider answers 429', async () => {
    const { chat, cooled } = await setup(refuse(429))
    await chat()
    expect(cooled).toEqual([expect.objectContaining({ status: 429 })])
  })

  test.each<[string, Script]>([
    ['500', refuse(500)],
    ['no connection', (res) => void res.destroy()],
  ])('when most calls of a minute end in %s', async (_name, script) => {
    const { chat, cooled } = await setup(script)
    for (let call = 0; call < 10; call++) await chat()
    expect(cooled.length).toBeGreaterThan(0)
  })
})

test.each(['1.83', { cooldowns: 'litellm' }] as const)(
  'with `compat: %j` the first 404 of any call cools its deployment down, as in LiteLLM',
  async (compat) => {
    const { chat, respond, cooled } = await setup(chatOnly, { deployments: 1, options: { compat } })
    expect((await respond()).status).toBe(404)
    expect(cooled).toEqual([expect.objectContaining({ deploymentId: 'd0', status: 404 })])
    expect(await chat()).toBe(429)
  },
)
