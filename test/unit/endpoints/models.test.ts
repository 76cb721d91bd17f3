import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { answerError, toLiteLLMError } from '../../../src/call/answer/answer.ts'
import { openContext } from '../../../src/call/request/context.ts'
import { readModelList } from '../../../src/config/models/deployments.ts'
import { healthEndpoint } from '../../../src/endpoints/health/health.ts'
import { modelGroupInfoEndpoint, modelInfoEndpoint } from '../../../src/endpoints/model-info.ts'
import { modelsEndpoint } from '../../../src/endpoints/models.ts'
import { GatewayEvents } from '../../../src/events.ts'
import type { Middleware } from '../../../src/lib/http/middleware.ts'
import { createLiveRouter } from '../../../src/models/routing/live-router.ts'
import { modelsOf } from '../../../src/models/routing/model.ts'
import { createPriceBook } from '../../../src/pricing/book/price-book.ts'
import type { Json, VirtualKey } from '../../../src/types.ts'
import {
  createHealthMonitor,
  type HealthSource,
  healthSettingsOf,
} from '../../../src/upstream/health/health-monitor.ts'
import { createUpstream } from '../../../src/upstream/upstream.ts'
import { cleanups } from '../../support/cleanups.ts'
import { aKey } from '../../support/facts.ts'
import { readRouterSettings } from '../../support/router-settings.ts'
import { chatCompletion, startUpstream } from '../../support/upstream.ts'

const KEY = aKey()
const ADMIN = { ...KEY, master: true }

const SECRETS = {
  api_key: 'sk-very-secret-1',
  aws_secret_access_key: 'very-secret-2',
  vertex_credentials: { private_key: 'very-secret-3' },
  extra_headers: { 'x-auth': 'very-secret-4' },
  odd: { nested: ['sk-very-secret-5'] },
}

const LIST = [
  {
    model_name: 'smart',
    litellm_params: {
      model: 'openai/gpt-4o',
      api_base: 'https://user:very-secret-6@openai.example/v1',
      rpm: 10,
      input_cost_per_token: 0.5,
      ...SECRETS,
    },
    model_info: { id: 'm1', access_groups: ['beta'], mode: 'chat', max_input_tokens: 100 },
  },
  {
    model_name: 'smart',
    litellm_params: { model: 'azure/x', api_base: 'https://a', rpm: 5 },
    model_info: { id: 'm2' },
  },
  { model_name: 'plain', litellm_params: { model: 'openai/gpt-4o-mini' }, model_info: { id: 'm3' } },
  { model_name: 'openai/*', litellm_params: { model: 'openai/*' }, model_info: { id: 'm4' } },
  {
    model_name: 'model_name_t1_x',
    litellm_params: { model: 'openai/gpt-4o' },
    model_info: { id: 'm5', team_id: 't1', team_public_model_name: 'ours' },
  },
]
const ROUTER_SETTINGS = {
  fallbacks: [{ smart: ['plain'] }],
  context_window_fallbacks: [{ plain: ['smart'] }],
  model_group_alias: { alias: 'smart', hidden: { model: 'smart', hidden: true } },
}

function routerOf(list: readonly Json[] = LIST) {
  const models = modelsOf(readModelList(list, {}).deployments, list)
  const settings = readRouterSettings(ROUTER_SETTINGS)
  return createLiveRouter({ plan: { models, settings }, intervalMs: 1_000, events: new GatewayEvents() })
}

/** What the endpoint answers to this key. */
async function ask(endpoint: Middleware, path: string, key: VirtualKey = KEY): Promise<{ status: number; body: any }> {
  const server = createServer((req, res) => {
    openContext(req).key = key
    endpoint(req, res, (error) => answerError(req, res, toLiteLLMError(error)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  const body = await answer.json()
  server.close().closeAllConnections()
  return { status: answer.status, body }
}

const gateway = () => ({ router: routerOf(), prices: createPriceBook() })
const ids = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id)

describe('GET /v1/models', () => {
  const list = (query = '', key = KEY) => ask(modelsEndpoint({ gateway: gateway() }), `/v1/models${query}`, key)

  test('lists what the key may call, in the shape of OpenAI', async () => {
    const answer = await list()
    expect(ids(answer).filter((id) => !id.startsWith('openai/'))).toEqual(['smart', 'plain', 'alias'])
    expect(ids(answer)).toContain('openai/gpt-4o')
    expect(answer.body.object).toBe('list')
    expect(answer.body.data[0]).toMatchObject({ id: 'smart', object: 'model', created: 1677610602, owned_by: 'openai' })
  })

  test('lists the names that team and key have for models, where the key may call what they stand for', async () => {
    const aliases = { mine: 'smart', lost: 'nothing-there', foreign: 'plain' }
    const key = {
      ...KEY,
      models: ['smart'],
      aliases,
      team: { id: 't1', models: [], modelAliases: { fast: 'smart' } } as never,
    }
    const { body } = await list('', key)
    expect(ids({ body })).toEqual(['smart', 'alias', 'fast', 'mine'])
    expect(body.data.at(-1)).toMatchObject({ mode: 'chat', max_output_tokens: 16_384 })
    const one = (id: string) => ask(modelsEndpoint({ gateway: gateway() }), `/v1/models/${id}`, key)
    expect((await one('mine')).body).toMatchObject({ id: 'mine', mode: 'chat' })
    expect((await one('foreign')).status).toBe(404)
  })

  test('says what its models are, as the price list knows it', async () => {
    const { body } = await list()
    expect(body.data[0]).toMatchObject({ mode: 'chat', max_output_tokens: 16_384, supports_vision: true })
    expect(body.data[0].supported_openai_params).toEqual(expect.arrayContaining(['temperature', 'tools']))
  })

  test.each<[string, Partial<VirtualKey>, string[]]>([
    ['a list of names', { models: ['plain'] }, ['plain']],
    ['an access group', { models: ['beta'] }, ['smart', 'alias']],
    ['a pattern', { models: ['openai/gpt-4o', 'plain'] }, ['plain', 'openai/gpt-4o']],
    [
      'all models',
      { models: ['all-proxy-models'], team: { models: ['smart', 'plain'] } as never },
      ['smart', 'plain', 'alias'],
    ],
    ['none', { models: ['no-default-models'] }, []],
    ["the team's", { models: ['all-team-models'], team: { id: 't1', models: ['plain'] } as never }, ['plain']],
    ['both', { models: ['plain', 'smart'], team: { id: 't1', models: ['plain'] } as never }, ['plain']],
    ["the team's own model", { models: ['ours'], owners: { teamId: 't1' } }, ['ours']],
    ["another team's model", { models: ['ours'], owners: { teamId: 't2' } }, []],
  ])('holds to %s', async (_, key, expected) => {
    expect(ids(await list('', { ...KEY, ...key }))).toEqual(expected)
  })

  test('shows patterns and access groups when it is asked to', async () => {
    expect(ids(await list())).not.toContain('openai/*')
    expect(ids(await list('?return_wildcard_routes=true'))).toContain('openai/*')
    expect(ids(await list('?include_model_access_groups=true'))).toEqual(
      expect.arrayContaining(['smart', 'plain', 'alias', 'beta']),
    )
    expect(ids(await list('?only_model_access_groups=true'))).toEqual(['beta'])
    expect(ids(await list('?only_model_access_groups=true', { ...KEY, models: ['plain'] }))).toEqual([])
  })

  test('tells the fallbacks of the kind that is asked for', async () => {
    const general = await list('?include_metadata=true')
    expect(general.body.data[0].metadata).toEqual({ fallbacks: ['plain'] })
    expect(general.body.data[1].metadata).toEqual({ fallbacks: [] })
    const context = await list('?include_metadata=true&fallback_type=context_window')
    expect(context.body.data[1].metadata).toEqual({ fallbacks: ['smart'] })
    expect((await list('?include_metadata=true&fallback_type=other')).status).toBe(400)
    expect((await list('?include_metadata=true&fallback_type=__proto__')).status).toBe(400)
  })

  test('gives one model by its id, slashes and all, and nobody else his', async () => {
    const one = (id: string, key = KEY) => ask(modelsEndpoint({ gateway: gateway() }), `/v1/models/${id}`, key)
    expect((await one('smart')).body).toMatchObject({ id: 'smart', owned_by: 'openai' })
    expect((await one('openai/*')).status).toBe(200)
    expect((await one('none')).status).toBe(404)
    expect((await one('smart', { ...KEY, models: ['plain'] })).status).toBe(404)
  })

  test('works with a router that knows nothing but names', async () => {
    const router = { choose: () => undefined, modelGroups: () => ['a', 'b'] }
    expect(ids(await ask(modelsEndpoint({ gateway: { router } }), '/v1/models', { ...KEY, models: ['b'] }))).toEqual([
      'b',
    ])
  })
})

describe('GET /model/info', () => {
  const info = (query = '', key = KEY) => ask(modelInfoEndpoint({ gateway: gateway() }), `/model/info${query}`, key)

  test('shows each deployment with its prices, and no secret in any form', async () => {
    const { body } = await info()
    expect(JSON.stringify(body)).not.toContain('very-secret')
    expect(body.data.map((model: any) => model.model_info.id)).toEqual(['m1', 'm2', 'm3', 'm4'])
    expect(body.data[0]).toMatchObject({
      model_name: 'smart',
      litellm_params: { model: 'openai/gpt-4o', api_base: 'https://****@openai.example/v1', rpm: 10 },
      model_info: { id: 'm1', db_model: false, mode: 'chat', max_input_tokens: 100 },
    })
    expect(body.data[2].model_info).toMatchObject({ key: 'gpt-4o-mini', litellm_provider: 'openai' })
    expect(body.data[2].model_info.input_cost_per_token).toBeGreaterThan(0)
  })

  test('shows one by its id, and only what the key may use', async () => {
    expect((await info('?litellm_model_id=m3')).body.data).toHaveLength(1)
    expect((await info('?litellm_model_id=none')).status).toBe(400)
    expect((await info('?litellm_model_id=m1', { ...KEY, models: ['plain'] })).status).toBe(400)
    expect((await info('?litellm_model_id=m5')).status).toBe(400)
    expect((await info('?litellm_model_id=m5', ADMIN)).status).toBe(200)
  })
})

test('GET /model_group/info puts the deployments of a group together', async () => {
  const { body } = await ask(modelGroupInfoEndpoint({ gateway: gateway() }), '/model_group/info')
  expect(body.data.map((group: any) => group.model_group)).toEqual(['smart', 'plain', 'openai/*'])
  expect(body.data[0]).toMatchObject({
    providers: ['openai', 'azure'],
    max_input_tokens: 100,
    input_cost_per_token: 0.5,
    rpm: 15,
    tpm: null,
    mode: 'chat',
  })
})

describe('GET /health', () => {
  async function setup({ general = {} as HealthSource, bad = 500 } = {}) {
    const upstream = await startUpstream((res, { body }) => {
      const fails = JSON.parse(body.toString()).model === 'bad'
      res.writeHead(fails ? bad : 200, { 'content-type': 'application/json' })
      res.end(fails ? '{"error":"sk-very-secret-1"}' : JSON.stringify(chatCompletion()))
    })
    cleanups.push(upstream.close)
    const entry = (name: string, model: string, more: Json = {}) => ({
      model_name: name,
      litellm_params: { model, api_base: upstream.url, api_key: 'sk-very-secret-1' },
      model_info: { id: name, ...more },
    })
    const router = routerOf([
      entry('good', 'openai/good'),
      entry('claude', 'anthropic/good'),
      entry('embed', 'openai/embed', { mode: 'embedding' }),
      entry('bad', 'openai/bad'),
      entry('picture', 'openai/picture', { mode: 'image_generation' }),
      entry('off', 'openai/off', { disable_background_health_check: true }),
      entry('*', 'openai/*'),
    ])
    const settings = healthSettingsOf(general, {})
    const client = createUpstream({ timeoutMs: 1_000 })
    cleanups.push(() => client.close())
    const monitor = createHealthMonitor({ ...settings, upstream: client, models: router.models })
    cleanups.push(() => monitor.close())
    const health = (query = '', key = ADMIN) =>
      ask(healthEndpoint({ gateway: { router, health: { monitor, settings } } }), `/health${query}`, key)
    return { upstream, monitor, health }
  }

  test('asks nothing of the providers where probes are made in the background', async () => {
    const { upstream, health } = await setup({ general: { backgroundHealthChecks: true } })
    expect((await health()).body).toMatchObject({ healthy_count: 7, unhealthy_count: 0 })
    expect(upstream.requests).toHaveLength(0)
    expect(healthSettingsOf({}, {}).enabled).toBe(false)
  })

  test('asks each once, however often it is asked within a few seconds', async () => {
    const { upstream, health } = await setup()
    for (let round = 0; round < 3; round++) {
      expect((await health()).body).toMatchObject({ healthy_count: 6, unhealthy_count: 1 })
    }
    expect(upstream.requests).toHaveLength(4)
    expect((await health('?model=bad')).status).toBe(503)
  })

  test('tells how the latest probes ended, each the smallest call of its mode', async () => {
    const { upstream, monitor, health } = await setup()
    await monitor.probe()
    expect(upstream.requests.map(({ url }) => url).sort()).toEqual([
      '/v1/chat/completions',
      '/v1/chat/completions',
      '/v1/embeddings',
      '/v1/messages',
    ])
    const { body } = await health()
    expect(body).toMatchObject({ healthy_count: 6, unhealthy_count: 1 })
    expect(body.unhealthy_endpoints).toEqual([
      {
        error: 'The upstream answered with status 500.',
        model: 'openai/bad',
        custom_llm_provider: 'openai',
        api_base: upstream.url,
        model_id: 'bad',
      },
    ])
    expect(JSON.stringify(body)).not.toContain('very-secret')
  })

  test('tells where a deployment is to administrators only, and only what the key may use', async () => {
    const { health } = await setup()
    const { body } = await health('', { ...KEY, models: ['good'] })
    expect(body.healthy_endpoints).toEqual([{ model: 'openai/good', custom_llm_provider: 'openai', model_id: 'good' }])
    expect((await health('?model=good')).body.healthy_count).toBe(1)
    expect((await health('?model_id=none')).status).toBe(404)
  })

  test('says nothing but names without details, and probes only the groups that are listed', async () => {
    const general = { healthCheckDetails: false, backgroundHealthCheckModelGroups: ['bad'] }
    const { upstream, monitor, health } = await setup({ general })
    await monitor.probe()
    expect(upstream.requests).toHaveLength(1)
    expect((await health()).body.unhealthy_endpoints).toEqual([{ model: 'openai/bad' }])
  })

  test('joins a round that is under way, keeps to the concurrency, and stops when it is closed', async () => {
    const { upstream, monitor } = await setup({ general: { healthCheckConcurrency: 1 } })
    await Promise.all([monitor.probe(), monitor.probe()])
    expect(upstream.requests).toHaveLength(4)
    await monitor.close()
    monitor.start()
    await monitor.probe()
    expect(upstream.requests).toHaveLength(4)
  })
})
