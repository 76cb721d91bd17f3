import { describe, expect, test } from '@jest/globals'
import { modelsOf } from '../../../src/compose/router-of.ts'
import { resolveOptions } from '../../../src/config/options.ts'
import { openDatabase } from '../../../src/database/database.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { createMemoryState } from '../../../src/models/routing/memory-state.ts'
import { createSecretBox } from '../../../src/models/stored/secret-box.ts'
import type { Json } from '../../../src/types.ts'
import type { Upstream } from '../../../src/upstream/upstream.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase, type TestDatabaseOptions } from '../../support/database.ts'
import { aCall } from '../../support/facts.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { startAdmin } from './support.ts'

const BOX = createSecretBox(['salt-of-the-tests'])
const ENV = { LITELLM_SALT_KEY: 'salt-of-the-tests', STORE_MODEL_IN_DB: 'true', MY_KEY: 'sk-from-the-environment' }

const NO_UPSTREAM: Upstream = {
  send() {
    throw new Error('Nothing is sent here')
  },
  close: async () => {},
}

async function setup(options: TestDatabaseOptions & { general?: Json; env?: Record<string, string> } = {}) {
  const database = await createTestDatabase(options)
  cleanups.push(database.drop)
  const events = new GatewayEvents()
  const config = resolveOptions(
    { databaseUrl: database.url, minConns: 0, maxConns: 2, config: { general_settings: options.general ?? {} } },
    options.env ?? ENV,
  )
  const pool = openDatabase({ ...config.database, url: database.url, writes: false, listens: false }, events)
  cleanups.push(() => pool.close())
  const models = modelsOf(config, {
    database: pool,
    events,
    mayCall: () => true,
    state: createMemoryState(),
    upstream: NO_UPSTREAM,
  })
  cleanups.push(() => models.router.close())
  const admin = await startAdmin({ database, settings: { storedModels: models.stored } })
  const paramsOf = async (id: string) =>
    (await database.sql`select litellm_params from "LiteLLM_ProxyModelTable" where model_id = ${id}`)[0]!.litellm_params
  return { ...admin, ...models, paramsOf }
}

const GPT = { model_name: 'smart', litellm_params: { model: 'openai/gpt-4o', api_key: 'sk-very-secret-1', rpm: 60 } }

const callOf = (modelGroup: string) => aCall({ modelGroup })

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (schema) => {
  test('a new model serves at once, sealed as LiteLLM seals it, and no answer or log tells its key', async () => {
    const { post, router, paramsOf, audits } = await setup({ schema })
    const { status, body } = await post('/model/new', { ...GPT, model_info: { id: 'm1', mode: 'chat', team_id: null } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      model_id: 'm1',
      model_name: 'smart',
      litellm_params: { rpm: 60 },
      model_info: { id: 'm1', mode: 'chat', db_model: false },
      created_by: 'default_user_id',
    })
    expect(BOX.open(body.litellm_params.model)).toBe('openai/gpt-4o')
    expect(router.choose(callOf('smart'), undefined)).toMatchObject({
      id: 'm1',
      headers: { authorization: 'Bearer sk-very-secret-1' },
    })
    const stored = await paramsOf('m1')
    expect(stored.rpm).toBe(60)
    expect(stored.api_key).not.toContain('very-secret')
    expect(BOX.open(stored.api_key)).toBe('sk-very-secret-1')
    expect(BOX.open(stored.model)).toBe('openai/gpt-4o')
    const log = await audits()
    expect(log).toMatchObject([{ action: 'created', table_name: 'LiteLLM_ProxyModelTable', object_id: 'm1' }])
    expect(JSON.stringify([body, log])).not.toContain('very-secret')
  })
})

test('an update changes what it names, and everything else stays as it was sealed', async () => {
  const { post, call, router, paramsOf, audits } = await setup()
  await post('/model/new', { ...GPT, model_info: { id: 'm1', mode: 'chat' } })
  const before = await paramsOf('m1')
  const { status, body } = await post('/model/update', {
    litellm_params: { api_base: 'https://elsewhere.example/v1', api_key: null },
    model_info: { id: 'm1', base_model: 'gpt-4o' },
  })
  expect(status).toBe(200)
  expect(body.model_info).toMatchObject({ id: 'm1', mode: 'chat', base_model: 'gpt-4o' })
  const after = await paramsOf('m1')
  expect(after.api_key).toBe(before.api_key)
  expect(BOX.open(after.api_base)).toBe('https://elsewhere.example/v1')
  expect(router.choose(callOf('smart'), undefined)).toMatchObject({
    baseUrl: 'https://elsewhere.example/v1',
    headers: { authorization: 'Bearer sk-very-secret-1' },
  })
  expect((await call('PATCH', '/model/m1/update', { model_name: 'smarter' })).status).toBe(200)
  expect(router.modelGroups()).toEqual(['smarter'])
  expect(JSON.stringify(await audits())).not.toContain('very-secret')
})

test('a reference to the environment is stored as a reference', async () => {
  const { post, router, paramsOf } = await setup()
  const params = { model: 'openai/gpt-4o', api_key: 'os.environ/MY_KEY' }
  await post('/model/new', { model_name: 'smart', litellm_params: params, model_info: { id: 'm1' } })
  await post('/model/update', { litellm_params: { rpm: 5 }, model_info: { id: 'm1' } })
  expect(BOX.open((await paramsOf('m1')).api_key)).toBe('os.environ/MY_KEY')
  expect(router.choose(callOf('smart'), undefined)!.headers.authorization).toBe('Bearer sk-from-the-environment')
})

test('the last model that is deleted is gone, although an empty table deletes nothing', async () => {
  const { post, router, audits } = await setup()
  await post('/model/new', { ...GPT, model_info: { id: 'm1' } })
  expect(await post('/model/delete', { id: 'm1' })).toEqual({
    status: 200,
    body: { message: 'Model: m1 deleted successfully' },
  })
  expect(router.modelGroups()).toEqual([])
  expect((await audits()).map(({ action }) => action).sort()).toEqual(['created', 'deleted'])
  expect((await post('/model/delete', { id: 'm1' })).status).toBe(400)
})

test("a team's model is stored under a name of its own, and serves the team under the one it was given", async () => {
  const { post, router } = await setup()
  const { body } = await post('/model/new', { ...GPT, model_info: { id: 'm1', team_id: 't1' } })
  expect(body.model_name).toMatch(/^model_name_t1_/)
  expect(body.model_info.team_public_model_name).toBe('smart')
  const member = { owners: { teamId: 't1' }, master: false, models: [] } as never
  const stranger = { owners: { teamId: 't2' }, master: false, models: [] } as never
  expect(router.choose(callOf('smart'), member)?.id).toBe('m1')
  expect(router.choose(callOf('smart'), stranger)).toBeUndefined()
})

describe('the format of what is stored', () => {
  test('is the one every version reads, unless something newer is there already', async () => {
    const { post, paramsOf, sql } = await setup()
    await post('/model/new', { ...GPT, model_info: { id: 'm1' } })
    expect((await paramsOf('m1')).api_key).not.toMatch(/^v3:/)
    await sql`
      update "LiteLLM_ProxyModelTable"
      set litellm_params = ${sql.json({ model: BOX.seal('openai/gpt-4o', 'aes-256-gcm') })}`
    await post('/model/new', { ...GPT, model_info: { id: 'm2' } })
    expect((await paramsOf('m2')).api_key).toMatch(/^v3:gcm:/)
  })

  test('can be chosen', async () => {
    const { post, paramsOf } = await setup({ general: { encryption_algorithm: 'aes-256-gcm' } })
    await post('/model/new', { ...GPT, model_info: { id: 'm1' } })
    expect((await paramsOf('m1')).api_key).toMatch(/^v3:gcm:/)
  })
})

describe('is refused', () => {
  test.each([
    ['a provider that nobody knows', { ...GPT, litellm_params: { model: 'nobody/x' } }, 400],
    ['an address that is none', { ...GPT, litellm_params: { model: 'openai/x', api_base: 'file:///etc' } }, 400],
    ['a variable that is not set', { ...GPT, litellm_params: { model: 'openai/x', api_key: 'os.environ/NO' } }, 400],
    ['no model', { model_name: 'x', litellm_params: {} }, 422],
    ['no name', { litellm_params: { model: 'openai/x' } }, 422],
  ])('%s', async (_, body, status) => {
    const { post, sql } = await setup()
    expect((await post('/model/new', body)).status).toBe(status)
    expect(await sql`select 1 from "LiteLLM_ProxyModelTable"`).toHaveLength(0)
  })

  test('an id that is taken, and a model that is not there', async () => {
    const { post, call } = await setup()
    await post('/model/new', { ...GPT, model_info: { id: 'm1' } })
    expect((await post('/model/new', { ...GPT, model_info: { id: 'm1' } })).status).toBe(400)
    expect((await call('PATCH', '/model/none/update', { model_name: 'x' })).status).toBe(404)
    expect((await post('/model/update', { model_name: 'x' })).status).toBe(400)
  })

  test('everybody but an administrator', async () => {
    const { post, user } = await setup()
    for (const role of ['internal_user', 'proxy_admin_viewer']) {
      const caller = await user(`u-${role}`, role)
      for (const path of ['/model/new', '/model/update', '/model/delete']) {
        expect([401, 403]).toContain((await post(path, { ...GPT, id: 'm1' }, caller)).status)
      }
    }
    expect((await post('/model/new', GPT, await user('admin', 'proxy_admin'))).status).toBe(200)
  })

  test('everything, when models are not kept in the database', async () => {
    const { post, stored } = await setup({ env: { LITELLM_SALT_KEY: 'x' } })
    expect(stored).toBeUndefined()
    const { status, body } = await post('/model/new', GPT)
    expect(status).toBe(500)
    expect(JSON.stringify(body)).toContain('STORE_MODEL_IN_DB')
  })
})
