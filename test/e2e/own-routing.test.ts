import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

let app: TestApp
let upstream: Awaited<ReturnType<typeof startUpstream>>
let rejected: { owner: string; id: string; problem: string }[]

/** An upstream that fails with the status in a model's name, and never answers one whose name begins with `slow`. */
beforeAll(async () => {
  upstream = await startUpstream(
    (res, { body }) => {
      const { model } = JSON.parse(body.toString()) as { model: string }
      if (model.startsWith('slow')) return
      const status = Number(/\d{3}$/.exec(model)?.[0] ?? 200)
      sendJson(res, status, status === 200 ? { ...chatCompletion(), model } : { error: { message: 'no' } })
    },
    { strict: false },
  )
  const model = (id: string, name = id, params: object = {}, info: object = {}) => ({
    model_name: name,
    litellm_params: { model: `openai/${id}`, api_base: upstream.url, api_key: 'k', ...params },
    model_info: { id, ...info },
  })
  app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [
          // Two of them, so that a retry waits for nothing.
          ...[model('main-500'), model('twin', 'main-500', { model: 'openai/main-500' })],
          ...[model('spare'), model('other'), model('slow')],
          ...[model('pair-a', 'pair'), model('pair-b', 'pair', { weight: 1 })],
          ...[model('tagged', 'tags', { tags: ['gold'] }), model('plain', 'tags')],
          ...[model('cheap', 'priced', { input_cost_per_token: 1e-9 }), model('dear', 'priced', { weight: 1 })],
          model('of-team', 'internal', {}, { team_id: 'owning', team_public_model_name: 'theirs' }),
        ],
        router_settings: {
          num_retries: 0,
          retry_after: 0,
          fallbacks: [{ 'main-500': ['other'] }],
          disable_cooldowns: true,
        },
      },
    },
  })
  rejected = []
  app.gateway.events.on('settings:reject', (told) => rejected.push(told))
})
afterAll(async () => {
  await app.close()
  await upstream.close()
})

const admin = async (path: string, body: object) => {
  const response = await app.post(path, MASTER_KEY, body)
  return { status: response.status, headers: response.headers, body: (await response.json()) as any }
}
const keyWith = async (router_settings: object | undefined, more: object = {}): Promise<string> =>
  (await admin('/key/generate', { router_settings, ...more })).body.key
const teamWith = async (router_settings: object): Promise<string> =>
  (await admin('/team/new', { router_settings })).body.team_id

/** The status of a call, and the models that were tried for it. */
async function chat(secret: string, model: string, more: object = {}, headers: Record<string, string> = {}) {
  const before = upstream.requests.length
  const response = await app.post('/v1/chat/completions', secret, { model, messages: [], ...more }, headers)
  await response.arrayBuffer()
  const tried = upstream.requests.slice(before).map(({ body }) => JSON.parse(body.toString()).model as string)
  return { status: response.status, tried }
}

describe.each(['key', 'team'] as const)('the settings of a %s', (owner) => {
  const holder = async (settings: object, more: object = {}) =>
    owner === 'key' ? keyWith(settings, more) : keyWith(undefined, { ...more, team_id: await teamWith(settings) })

  test('have fallbacks in place of the configured ones', async () => {
    const other = await holder({ fallbacks: [{ 'main-500': ['spare'] }] })
    expect(await chat(other, 'main-500')).toEqual({ status: 200, tried: ['main-500', 'spare'] })
    expect((await chat(await holder({ fallbacks: [] }), 'main-500')).tried).toEqual(['main-500'])
    expect((await chat(await holder({ fallbacks: ['spare'] }), 'main-500')).tried).toEqual(['main-500', 'spare'])
  })

  test('pass over a fallback that the key may not call', async () => {
    const models = ['main-500', 'other']
    const secret = await holder({ fallbacks: [{ 'main-500': ['spare', 'other'] }] }, { models })
    expect((await chat(secret, 'main-500')).tried).toEqual(['main-500', 'other'])
  })

  test('say how often to try again, at most ten times; the body goes before', async () => {
    const secret = await holder({ num_retries: 2, fallbacks: [] })
    expect((await chat(secret, 'main-500')).tried).toHaveLength(3)
    expect((await chat(secret, 'main-500', { num_retries: 1 })).tried).toHaveLength(2)
    expect((await chat(await holder({ num_retries: 99, fallbacks: [] }), 'main-500')).tried).toHaveLength(11)
  })

  test('say so by class of error for a model group', async () => {
    const policy = { 'main-500': { InternalServerErrorRetries: 3 } }
    const secret = await holder({ model_group_retry_policy: policy, fallbacks: [] })
    expect((await chat(secret, 'main-500')).tried).toHaveLength(4)
  })

  test('say how long to wait; the header goes before', async () => {
    expect((await chat(await holder({ timeout: 0.05 }), 'slow')).status).toBe(504)
    const secret = await holder({ timeout: 33 })
    const told = async (headers?: Record<string, string>) =>
      (await app.post('/v1/chat/completions', secret, { model: 'spare', messages: [] }, headers)).headers.get(
        'x-litellm-timeout',
      )
    expect(await told()).toBe('33.0')
    expect(await told({ 'x-litellm-timeout': '44' })).toBe('44.0')
  })

  test('give names to model groups, which lists are asked about', async () => {
    const aliases = { fast: 'spare', dear: { model: 'other' } }
    const secret = await holder({ model_group_alias: aliases }, { models: ['spare'] })
    expect(await chat(secret, 'fast')).toEqual({ status: 200, tried: ['spare'] })
    expect(await chat(secret, 'dear')).toEqual({ status: 403, tried: [] })
  })

  test('weigh deployments, in place of their own weights', async () => {
    const secret = await holder({ weights: { pair: { 'pair-a': 1 } } })
    for (let index = 0; index < 5; index++) expect((await chat(secret, 'pair')).tried).toEqual(['pair-a'])
  })

  test('choose by another strategy', async () => {
    const secret = await holder({ routing_strategy: 'cost-based-routing' })
    for (let index = 0; index < 5; index++) expect((await chat(secret, 'priced')).tried).toEqual(['cheap'])
  })

  test('switch tag filtering on', async () => {
    const secret = await holder({ enable_tag_filtering: true }, { metadata: { tags: ['gold'] } })
    for (let index = 0; index < 5; index++) expect((await chat(secret, 'tags')).tried).toEqual(['tagged'])
  })
})

test('without settings of a key or team the configured ones act', async () => {
  const secret = await keyWith(undefined)
  expect((await chat(secret, 'main-500')).tried).toEqual(['main-500', 'other'])
  expect((await chat(secret, 'pair')).tried).toEqual(['pair-b'])
  expect((await chat(secret, 'priced')).tried).toEqual(['dear'])
})

test("a key's settings stand in place of all of its team's, unless they are empty", async () => {
  const team_id = await teamWith({ fallbacks: [{ 'main-500': ['spare'] }], num_retries: 1 })
  const ofTeam = ['main-500', 'main-500', 'spare']
  expect((await chat(await keyWith({ num_retries: 0 }, { team_id }), 'main-500')).tried).toEqual(['main-500', 'other'])
  expect((await chat(await keyWith({}, { team_id }), 'main-500')).tried).toEqual(ofTeam)
  expect((await chat(await keyWith(undefined, { team_id }), 'main-500')).tried).toEqual(ofTeam)
})

test('a change acts with the next call', async () => {
  const secret = await keyWith({ fallbacks: [] })
  expect((await chat(secret, 'main-500')).tried).toEqual(['main-500'])
  await admin('/key/update', { key: secret, router_settings: { fallbacks: [{ 'main-500': ['spare'] }] } })
  expect((await chat(secret, 'main-500')).tried).toEqual(['main-500', 'spare'])
  await admin('/key/update', { key: secret, router_settings: null })
  expect((await chat(secret, 'main-500')).tried).toEqual(['main-500', 'other'])
})

test('of aliases, those of the settings come first and last', async () => {
  const settings = { model_group_alias: { second: 'spare', first: 'middle' } }
  const secret = await keyWith(settings, { aliases: { own: 'second', middle: 'other' } })
  expect((await chat(secret, 'own')).tried).toEqual(['spare'])
  expect((await chat(secret, 'first')).tried).toEqual(['other'])
})

describe('stored settings of a wrong type', () => {
  const WRONG = {
    ...{ fallbacks: 'x', num_retries: 'many', timeout: [], model_group_retry_policy: { a: 1 } },
    ...{
      routing_strategy: 'nonsense',
      enable_tag_filtering: 7,
      model_group_alias: 'x',
      weights: { pair: { 'pair-a': -1 } },
    },
  }

  test('are left out and told once, and what is right beside them acts', async () => {
    const { secret, hashedToken } = await app.key()
    const columns = { ...WRONG, context_window_fallbacks: 3, content_policy_fallbacks: [1], num_retries: 1 }
    await app.sql`
      update "LiteLLM_VerificationToken" set router_settings = ${app.sql.json(columns as never)}
      where token = ${hashedToken}`
    for (let index = 0; index < 3; index++) {
      expect((await chat(secret, 'main-500')).tried).toEqual(['main-500', 'main-500', 'other'])
      // The row is read once more.
      await admin('/key/update', { key: secret, max_budget: 100 + index })
    }
    const told = rejected.filter(({ id }) => id === hashedToken)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      owner: 'key',
      problem: expect.stringContaining('router_settings.weights.pair.pair-a'),
    })
  })

  test.each([
    ['an object in a text', JSON.stringify({ fallbacks: [{ 'main-500': ['spare'] }] }), ['main-500', 'spare']],
    ['a text that is none', 'nonsense', ['main-500', 'other']],
    ['a list', [1], ['main-500', 'other']],
    ['numbers in quotes', { num_retries: '1' }, ['main-500', 'main-500', 'other']],
    ['nulls', { fallbacks: null, num_retries: null }, ['main-500', 'other']],
  ])('may be %s', async (_what, value, tried) => {
    const { secret, hashedToken } = await app.key()
    await app.sql`
      update "LiteLLM_VerificationToken" set router_settings = ${app.sql.json(value as never)}
      where token = ${hashedToken}`
    expect((await chat(secret, 'main-500')).tried).toEqual(tried)
  })

  test.each(Object.entries(WRONG))('are refused by name: %s', async (name, value) => {
    const { key } = (await admin('/key/generate', {})).body
    const { team_id } = (await admin('/team/new', {})).body
    const router_settings = { [name]: value }
    for (const [path, body] of [
      ['/key/generate', {}],
      ['/key/update', { key }],
      [`/key/${key}/regenerate`, {}],
      ['/team/new', { team_id: randomUUID() }],
      ['/team/update', { team_id }],
    ] as const) {
      const answer = await admin(path, { ...body, router_settings })
      expect([path, answer.status, answer.body.error?.message]).toEqual([
        path,
        400,
        expect.stringContaining(`\`router_settings.${name}`),
      ])
    }
  })
})

describe('weights are refused for', () => {
  test.each([
    ['a deployment that there is not', { pair: { nobody: 1 } }, 'Unknown deployment ID in router weights: nobody'],
    ['another group', { spare: { 'pair-a': 1 } }, 'Deployment pair-a does not belong to model group spare'],
    ["another team's deployment", { theirs: { 'of-team': 1 } }, 'Unknown deployment ID in router weights: of-team'],
    ['shares that are all 0', { pair: { 'pair-a': 0 } }, '`router_settings.weights.pair` must have a share above 0'],
  ])('%s', async (_what, weights, message) => {
    const answer = await admin('/key/generate', { router_settings: { weights } })
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)])
  })

  test('a key that leaves the team whose deployments they name', async () => {
    await admin('/team/new', { team_id: 'owning' })
    const { key } = (
      await admin('/key/generate', { team_id: 'owning', router_settings: { weights: { theirs: { 'of-team': 1 } } } })
    ).body
    expect((await admin('/key/update', { key, max_budget: 5 })).status).toBe(200)
    expect((await admin('/key/update', { key, team_id: await teamWith({}) })).status).toBe(400)
  })
})

test('members that act on the router alone are stored, and named in a header', async () => {
  const router_settings = {
    num_retries: 1,
    retry_policy: { TimeoutErrorRetries: 1 },
    allowed_fails: 3,
    retry_after: null,
  }
  for (const [path, table] of [
    ['/key/generate', 'LiteLLM_VerificationToken'],
    ['/team/new', 'LiteLLM_TeamTable'],
  ] as const) {
    const { headers, body } = await admin(path, { router_settings })
    expect(headers.get('x-litellm-unknown-params')).toBe('router_settings.retry_policy, router_settings.allowed_fails')
    expect(body.router_settings).toMatchObject(router_settings)
    const rows = await app.sql`select 1 from ${app.sql(table)} where router_settings = ${app.sql.json(router_settings)}`
    expect(rows).toHaveLength(1)
  }
})
