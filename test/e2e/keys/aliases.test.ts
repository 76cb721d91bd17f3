import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { relayingTo } from '../../support/relaying-app.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'
import { type House, openHouse, type Rows, type Settings } from './support.ts'

let house: House
let count = 0

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const ORGANIZATIONS: Settings = { general: { enforce_organization_models: true } }
const MEMBER = { team: {}, user: {}, member: {} }

/** Every list that may hold back a model, with these models in it. */
const LISTS: readonly { name: string; rows: (models: string[]) => Rows; settings?: Settings }[] = [
  { name: 'key', rows: (models) => ({ key: { models } }) },
  {
    name: 'access group',
    rows: (models) => ({ key: { models: ['none'] }, accessGroup: { access_model_names: models } }),
  },
  { name: 'team', rows: (models) => ({ team: { models } }) },
  { name: 'member', rows: (models) => ({ ...MEMBER, budgets: { member: { allowed_models: models } } }) },
  { name: 'members of a team', rows: (models) => ({ ...MEMBER, team: { default_team_member_models: models } }) },
  { name: 'user', rows: (models) => ({ user: { models } }) },
  { name: 'project', rows: (models) => ({ project: { models } }) },
  { name: 'organization', rows: (models) => ({ org: { models } }), settings: ORGANIZATIONS },
]

async function chat(rows: Rows, body: object, settings?: Settings) {
  const { secret } = await house.put(`alias${++count}`, rows)
  const answer = await fetch(`${await house.url(settings)}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [], ...body }),
  })
  return answer.status
}

const withAliases = (rows: Rows, aliases: Record<string, string>): Rows => ({
  ...rows,
  key: { ...rows.key, aliases },
})

test.each(LISTS)(
  '$name: what an alias stands for is checked, the alias need not be listed',
  async ({ rows, settings }) => {
    const fast = { fast: 'gpt-4o-mini' }
    const stolen = { 'gpt-4o-mini': 'gpt-4o' }
    expect(await chat(withAliases(rows(['gpt-4o-mini']), fast), { model: 'fast' }, settings)).toBe(200)
    expect(await chat(withAliases(rows(['gpt-4o-mini']), stolen), { model: 'gpt-4o-mini' }, settings)).toBe(403)
    expect(await chat(withAliases(rows(['fast']), fast), { model: 'fast' }, settings)).toBe(403)
    // Names are looked up once: what an alias of an alias stands for is never called, and so never checked.
    const chain = { fast: 'gpt-4o', 'gpt-4o': 'gpt-4o-mini' }
    expect(await chat(withAliases(rows(['gpt-4o-mini']), chain), { model: 'fast' }, settings)).toBe(403)
  },
)

test.each(LISTS)('$name: an alias of the team is checked likewise', async ({ rows, settings }) => {
  const ofTeam = (aliases: Record<string, string>): Rows => {
    const own = rows(['gpt-4o-mini'])
    // A user's list is for keys without a team, which have no aliases of one.
    return { ...own, team: own.team ?? {}, teamAliases: aliases }
  }
  if (rows([]).user && !rows([]).team) return
  expect(await chat(ofTeam({ fast: 'gpt-4o-mini' }), { model: 'fast' }, settings)).toBe(200)
  expect(await chat(ofTeam({ 'gpt-4o-mini': 'gpt-4o' }), { model: 'gpt-4o-mini' }, settings)).toBe(403)
})

test.each(LISTS)('$name: fallbacks of a request are checked by what they stand for', async ({ rows, settings }) => {
  const ask = (aliases: Record<string, string>, field: string) =>
    chat(withAliases(rows(['gpt-4o-mini']), aliases), { model: 'gpt-4o-mini', [field]: ['other'] }, settings)
  for (const field of ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks']) {
    expect(await ask({ other: 'gpt-4o-mini' }, field)).toBe(200)
    expect(await ask({ other: 'gpt-4o' }, field)).toBe(403)
  }
})

test('a fallback that is an alias goes where the alias says, and nowhere else', async () => {
  const upstream = await startUpstream((res, { body }) =>
    body.toString().includes('"cheap"')
      ? sendJson(res, 200, chatCompletion({ id: '' }))
      : sendJson(res, 500, { error: { message: 'down' } }),
  )
  cleanups.push(upstream.close)
  const model = (model_name: string) => ({
    model_name,
    litellm_params: { model: `openai/${model_name}`, api_base: upstream.url, api_key: 'k', num_retries: 0 },
  })
  const app = await startApp({ upstream: upstream.url, models: ['first', 'cheap', 'dear'].map(model) })
  cleanups.push(app.close)
  const key = await app.key({ models: ['first', 'cheap'], aliases: app.sql.json({ dear: 'cheap' }) })
  const res = await app.post('/v1/chat/completions', key.secret, { model: 'first', messages: [], fallbacks: ['dear'] })
  expect(res.status).toBe(200)
  const called = upstream.requests.map(({ body }) => JSON.parse(body.toString()).model)
  expect(new Set(called)).toEqual(new Set(['first', 'cheap']))
})

test('budgets and limits for a model hold for its aliases, those of the alias too', async () => {
  const none = { 'gpt-4o': { budget_limit: 0, time_period: '1d' } }
  const aliases = { fast: 'gpt-4o' }
  expect(await chat({ key: { aliases, model_max_budget: none } }, { model: 'fast' })).toBe(422)
  expect(await chat({ key: { aliases }, user: { model_max_budget: none } }, { model: 'fast' })).toBe(422)
  const ofAlias = { fast: { budget_limit: 0, time_period: '1d' } }
  expect(await chat({ key: { aliases, model_max_budget: ofAlias } }, { model: 'fast' })).toBe(422)
  expect(await chat({ key: { aliases, metadata: { model_rpm_limit: { 'gpt-4o': 0 } } } }, { model: 'fast' })).toBe(429)
  expect(await chat({ key: { aliases, metadata: { model_rpm_limit: { fast: 0 } } } }, { model: 'fast' })).toBe(429)
})

test('an alias of a free model to a dear one is held to budgets', async () => {
  const over = { max_budget: 1, spend: 2 }
  expect(await chat({ key: over }, { model: 'free' })).toBe(200)
  expect(await chat({ key: { ...over, aliases: { free: 'gpt-4o' } } }, { model: 'free' })).toBe(422)
  // Once and no further: the second name is never called.
  const chain = { free: 'gpt-4o', 'gpt-4o': 'half-free' }
  expect(await chat({ key: { ...over, aliases: chain } }, { model: 'free' })).toBe(422)
  expect(await chat({ key: { ...over, aliases: { x: 'gpt-4o' } } }, { model: 'free', fallbacks: ['x'] })).toBe(422)
})

async function relayed() {
  const upstream = await startUpstream((res, { url: path }) => {
    const name = /\/files\/([\w-]+)\/content$/.exec(path)?.[1]
    if (name === undefined) return sendJson(res, 200, { id: 'batch_1', object: 'batch', status: 'validating' })
    res.writeHead(200).end(JSON.stringify({ url: '/v1/chat/completions', body: { model: name, messages: [] } }))
  })
  cleanups.push(upstream.close)
  const app = await startApp({
    upstream: upstream.url,
    // The files were not made through this gateway.
    options: { config: { model_list: [] }, compat: { resources: 'shared' } },
    app: relayingTo(upstream.url),
  })
  cleanups.push(app.close)
  const { sql } = app
  const order = async (columns: object, model: string) => {
    const { secret } = await app.key({ ...columns })
    const body = { input_file_id: model, endpoint: '/v1/chat/completions' }
    return (await app.post('/v1/batches', secret, body)).status
  }
  return { app, sql, order, upstream }
}

test('a name in the file of a batch reaches the provider as it is: it must be allowed, and what it stands for', async () => {
  const { sql, order } = await relayed()
  const models = ['gpt-4o']
  expect(await order({ models }, 'gpt-4o')).toBe(200)
  expect(await order({ models, aliases: sql.json({ 'gpt-5': 'gpt-4o' }) }, 'gpt-5')).toBe(403)
  expect(await order({ models, aliases: sql.json({ 'gpt-4o': 'gpt-5' }) }, 'gpt-4o')).toBe(403)
})

test('the file of a batch is held to the lists of team and user, where the key has none', async () => {
  const { sql, order } = await relayed()
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 't', models: ['gpt-4o'] })}`
  await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: 'u', models: ['gpt-4o'] })}`
  for (const owner of [{ team_id: 't' }, { user_id: 'u' }]) {
    expect(await order(owner, 'gpt-4o')).toBe(200)
    expect(await order(owner, 'gpt-5')).toBe(403)
  }
})

test('an alias opens no model of a provider to calls that are relayed as they are', async () => {
  const { app, sql, upstream } = await relayed()
  const { secret } = await app.key({ models: ['gpt-4o'], aliases: sql.json({ 'gpt-5': 'gpt-4o' }) })
  const ask = async (model: string) => (await app.post('/openai/v1/responses', secret, { model, input: 'x' })).status
  expect(await ask('gpt-5')).toBe(403)
  expect(upstream.requests).toEqual([])
  expect(await ask('gpt-4o')).toBe(200)
})

test('the aliases that `/team/new` is given lead the calls of its keys, and those of `/team/update` the next ones', async () => {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url })
  cleanups.push(app.close)
  const manage = async (path: string, body: object) => {
    const answer = await app.post(path, MASTER_KEY, body)
    expect([path, answer.status]).toEqual([path, 200])
    return (await answer.json()) as Record<string, string>
  }
  const ask = async (secret: string, model: string) =>
    (await app.post('/v1/chat/completions', secret, { model, messages: [{ role: 'user', content: 'Hi' }] })).status
  await manage('/team/new', { team_id: 't', models: ['gpt-4o'], model_aliases: { fast: 'gpt-4o' } })
  const { key } = await manage('/key/generate', { team_id: 't' })
  expect(await ask(key!, 'fast')).toBe(200)
  expect(JSON.parse(String(upstream.requests[0]!.body))).toMatchObject({ model: 'gpt-4o-2024-08-06' })
  expect((await app.rows())[0]).toMatchObject({ model_group: 'gpt-4o', team_id: 't' })
  await manage('/team/update', { team_id: 't', model_aliases: { quick: 'gpt-4o' } })
  expect(await ask(key!, 'quick')).toBe(200)
  expect(await ask(key!, 'fast')).not.toBe(200)
})
