import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { deploymentOf } from '../../../src/config/models/deployments.ts'
import { resolveOptions } from '../../../src/config/options.ts'
import { storedRoutingOf } from '../../../src/config/routing.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { createLiveRouter } from '../../../src/models/routing/live-router.ts'
import { modelsOf } from '../../../src/models/routing/model.ts'
import { createModelSource } from '../../../src/models/stored/model-source.ts'
import { createSecretBox } from '../../../src/models/stored/secret-box.ts'
import type { Json } from '../../../src/types.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { aCall } from '../../support/facts.ts'

const BOX = createSecretBox(['sk-1234'])
const FILE_ENTRY = { model_name: 'from-file', litellm_params: { model: 'openai/gpt-4o', api_key: 'sk-file' } }

async function setup({ readModels = true, routerSettings = {} as Json, intervalMs = 3_600_000 } = {}) {
  const { sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const events = new GatewayEvents()
  const rejected: string[] = []
  events.on('model:reject', ({ modelId, problem }) => rejected.push(`${modelId}: ${problem}`))
  const configured = modelsOf([deploymentOf(FILE_ENTRY, {})], [FILE_ENTRY])
  const config = resolveOptions({ config: { router_settings: routerSettings } }, {}, '/nowhere')
  const source = createModelSource({
    sql,
    schema: () => readSchema(sql),
    box: BOX,
    env: {},
    events,
    readModels,
    configured,
    toSettings: (overrides, env) => storedRoutingOf(config, overrides, env),
    toDeployment: (entry, env) => deploymentOf(entry, env),
  })
  const router = createLiveRouter({
    plan: { models: configured, settings: config.routing },
    load: source.load,
    intervalMs,
    events,
  })
  cleanups.push(() => router.close())
  return {
    sql,
    events,
    router,
    source,
    rejected,
    async add(id: string, name: string, params: Json = {}, info: Json | null = null) {
      const sealed = { model: BOX.seal('openai/gpt-4o', 'aes-256-gcm'), api_key: 'sk-stored', ...params }
      await sql`
        insert into "LiteLLM_ProxyModelTable" (
          model_id, model_name, litellm_params, model_info, created_by, updated_at, updated_by
        )
        values (${id}, ${name}, ${sql.json(sealed as never)}, ${sql.json(info as never)}, 'a', now(), 'a')`
    },
    remove: (id: string) => sql`delete from "LiteLLM_ProxyModelTable" where model_id = ${id}`,
    setConfig: (name: string, value: Json) => sql`
      insert into "LiteLLM_Config" (param_name, param_value)
      values (${name}, ${sql.json(value as never)})
      on conflict (param_name) do update set param_value = excluded.param_value`,
  }
}

const callOf = (modelGroup: string) => aCall({ modelGroup })

test('models of the database join those of the file, and leave when their rows do', async () => {
  const { add, remove, router } = await setup()
  await add('m1', 'stored-1', {}, { team_id: null, mode: 'chat' })
  await add('m2', 'stored-2')
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file', 'stored-1', 'stored-2'])
  expect(router.choose(callOf('stored-1'), undefined)).toMatchObject({
    id: 'm1',
    model: 'gpt-4o',
    headers: { authorization: 'Bearer sk-stored' },
  })
  await remove('m1')
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file', 'stored-2'])
})

test('a table that is suddenly empty deletes nothing, until somebody says that the row is gone', async () => {
  const { add, remove, router, source } = await setup()
  await add('m1', 'stored')
  await router.reload()
  await remove('m1')
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file', 'stored'])
  source.forget('m1')
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file'])
})

test('one row that cannot be used is told once, and the others serve', async () => {
  const { add, router, rejected } = await setup()
  await add('bad', 'broken', { model: 'no-such-provider' })
  await add('good', 'stored')
  await router.reload()
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file', 'stored'])
  expect(rejected).toEqual([expect.stringMatching(/^bad: .*LLM Provider NOT provided/s)])
})

test('when the database cannot be read the old models stay', async () => {
  const { sql, add, router, events } = await setup()
  await add('m1', 'stored')
  await router.reload()
  await sql`alter table "LiteLLM_ProxyModelTable" rename column model_name to away`
  await expect(router.reload()).rejects.toMatchObject({ code: '42703' })
  expect(router.modelGroups()).toEqual(['from-file', 'stored'])
  const stale = once(events, 'models:stale')
  router.start()
  expect((await stale)[0].error).toMatchObject({ code: '42703' })
})

test('a call under way keeps its deployment, and cooldowns outlive a reload', async () => {
  const { add, router } = await setup()
  await add('m1', 'stored', {}, { cooldown_time: 60 })
  await add('m2', 'stored')
  await router.reload()
  const m1 = router.models().find(({ deployment }) => deployment.id === 'm1')!.deployment
  const done = router.track(m1, callOf('stored'))
  await router.reload()
  const failure = { status: 429, class: 'RateLimitError' } as const
  done({ success: false, timedOut: false, durationMs: 5, promptTokens: 0, completionTokens: 0, failure })
  expect(router.coolingMs(m1)).toBeGreaterThan(0)
  await router.reload()
  for (let i = 0; i < 20; i++) expect(router.choose(callOf('stored'), undefined)?.id).toBe('m2')
})

test("the database's router settings win over the file's, except where they say nothing", async () => {
  const { setConfig, router } = await setup({ routerSettings: { num_retries: 5, fallbacks: [{ a: ['b'] }] } })
  await setConfig('router_settings', { routing_strategy: 'least-busy', num_retries: null, fallbacks: [] })
  await router.reload()
  expect(router.settings()).toMatchObject({ strategy: 'least-busy', retries: { count: 5 } })
  expect(router.settings().fallbacks.regular.get('a')).toMatchObject([{ group: 'b' }])
})

test('a setting of the database that makes no sense keeps nothing else out, and is told once', async () => {
  const { setConfig, add, router, events } = await setup({ routerSettings: { num_retries: 5, cooldown_time: 7 } })
  await add('m1', 'stored')
  await setConfig('router_settings', {
    num_retries: 'many',
    cooldown_time: '9',
    retry_policy: { TimeoutErrorRetries: null },
  })
  const told: string[] = []
  events.on('models:stale', ({ error }) => told.push((error as Error).message))
  await router.reload()
  await router.reload()
  expect(told).toEqual([
    'Invalid settings in the database:\n  - `router_settings.num_retries` must be a whole number of at least 0, got "many".',
  ])
  expect(router.modelGroups()).toContain('stored')
  expect(router.settings()).toMatchObject({ retries: { count: 5 }, cooldown: { cooldownMs: 9_000 } })
})

test('environment variables kept in the database are decrypted and used by the models', async () => {
  const { setConfig, add, router } = await setup()
  await setConfig('environment_variables', { my_key: BOX.seal('sk-from-variable', 'xsalsa20-poly1305') })
  await add('m1', 'stored', { api_key: 'os.environ/MY_KEY' })
  await router.reload()
  expect(router.choose(callOf('stored'), undefined)?.headers).toEqual({ authorization: 'Bearer sk-from-variable' })
})

test('models can be left out while the settings are read', async () => {
  const { setConfig, add, router } = await setup({ readModels: false })
  await add('m1', 'stored')
  await setConfig('router_settings', { num_retries: 9 })
  await router.reload()
  expect(router.modelGroups()).toEqual(['from-file'])
  expect(router.settings().retries.count).toBe(9)
})

test('a started router reads by itself, and stops when it is closed', async () => {
  const { add, router, events } = await setup({ intervalMs: 20 })
  const loaded = once(events, 'models:load')
  router.start()
  router.start()
  await loaded
  await add('m1', 'stored')
  while (!router.modelGroups().includes('stored')) await once(events, 'models:load')
  await router.close()
  let later = 0
  events.on('models:load', () => later++)
  await router.reload()
  expect(later).toBe(0)
})
