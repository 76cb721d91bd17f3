import { expect, test } from '@jest/globals'
import { resolveOptions } from '../../../src/config/options.ts'
import { foundingConfiguration } from '../../support/founding-configurations.ts'
import { directoryOf } from './support.ts'

/** The five configurations that this package was founded on, each with the environment it was written for. */
const load = (yaml: string, env = {}) => resolveOptions({}, env, directoryOf({ 'config.yaml': yaml }))

test('a gateway on a LiteLLM database: the section litellm_db', () => {
  const { database, keyCache, spend, ignored } = load(foundingConfiguration('litellm-database'), {
    LITELLM_DATABASE_URL: 'postgresql://user:password@host:5432/litellm',
  })
  const bare = resolveOptions({ databaseUrl: 'postgresql://user:password@host:5432/litellm', config: {} }, {})
  // Every value in it is also the default.
  expect({ database, keyCache, spend }).toEqual({
    database: bare.database,
    keyCache: bare.keyCache,
    spend: bare.spend,
  })
  expect(ignored).toEqual([])
})

test('LiteLLM with spend tracking: the general settings of the database', () => {
  const { database, ignored, settings } = load(foundingConfiguration('spend-tracking'), {
    DATABASE_URL: 'postgresql://u:p@h:5432/litellm?connection_limit=9&pool_timeout=60',
  })
  expect(database).toMatchObject({ enabled: true, url: 'postgresql://u:p@h:5432/litellm', maxConns: 100 })
  expect(settings.general.supportedDbObjects).toHaveLength(7)
  expect(ignored).toContain('general_settings.use_redis_transaction_buffer (no Redis is named)')
})

test('session tracking with cost control: settings that LiteLLM knows elsewhere, or not at all', () => {
  const { deployments, settings, ignored } = load(foundingConfiguration('session-tracking'), {
    OPENAI_API_KEY: 'sk-o',
    ANTHROPIC_API_KEY: 'sk-a',
  })
  expect(deployments).toMatchObject([
    { modelGroup: 'gpt-4o', model: 'gpt-4o', provider: 'openai', headers: { authorization: 'Bearer sk-o' } },
    { modelGroup: 'claude-3-5-sonnet', provider: 'anthropic', headers: { 'x-api-key': 'sk-a' } },
  ])
  expect(settings.written.litellm_settings).toMatchObject({
    success_callback: ['supabase', 'langsmith', 'langfuse'],
    max_budget: 100,
  })
  expect(settings.router.modelGroupAlias).toEqual({ 'smart-model': ['gpt-4o', 'claude-3-5-sonnet'] })
  expect(settings.litellm.rpm).toBe(6000)
  expect(ignored).toContain('litellm_params (it is read as litellm_settings: write its settings there)')
  expect(ignored).not.toContain('litellm_settings.rpm')
})

test('persistent storage: nothing but the environment', () => {
  const env = { DATABASE_URL: 'postgresql://u:p@h/db', LITELLM_MASTER_KEY: 'sk-master' }
  expect(load('', env)).toMatchObject({
    masterKey: 'sk-master',
    database: { enabled: true, url: 'postgresql://u:p@h/db' },
  })
  // And without it the gateway is stateless.
  expect(load('').database.enabled).toBe(false)
})

test('a proxy for local and cloud models', () => {
  const { deployments, masterKey, database, settings, cache, ignored } = load(
    foundingConfiguration('local-and-cloud'),
    {
      LITELLM_MASTER_KEY: 'sk-master',
      DATABASE_URL: 'postgresql://litellm:p@172.16.0.1:5432/litellm',
      ANTHROPIC_API_KEY: 'sk-a',
      MOONSHOT_API_KEY: 'sk-m',
      REDIS_HOST: 'redis',
    },
  )
  expect(masterKey).toBe('sk-master')
  expect(database).toMatchObject({ enabled: true, url: 'postgresql://litellm:p@172.16.0.1:5432/litellm' })
  expect(deployments.map(({ modelGroup, model, baseUrl, headers }) => [modelGroup, model, baseUrl, headers])).toEqual([
    ['qwen-dell', 'qwen2.5:14b-instruct-q4_K_M', 'http://host:11434/v1', {}],
    ['qwen-mac-mlx', 'qwen2.5-14b-mlx', 'http://host:8001', { authorization: 'Bearer dummy' }],
    [
      'anthropic-fallback',
      'claude-3-5-sonnet-20241022',
      'https://api.anthropic.com/v1',
      { 'x-api-key': 'sk-a', 'anthropic-version': '2023-06-01' },
    ],
    ['kimi-k2.5', 'kimi-k2.5', 'https://api.moonshot.ai/v1', { authorization: 'Bearer sk-m' }],
  ])
  expect(settings.router).toMatchObject({ routingStrategy: 'usage-based-routing', cooldownTime: 60 })
  expect(settings.litellm.cacheParams).toMatchObject({ host: 'redis', ttl: 600 })
  expect(cache).toMatchObject({
    ...{ type: 'redis', namespace: 'litellm.cache', ttlSeconds: 600, redis: { host: 'redis', port: 6379 } },
    ...{ callTypes: ['acompletion', 'aembedding'], mode: 'default_on', maxMessages: 4, scope: 'shared' },
  })
  expect(ignored).toEqual(['general_settings.track_cost', 'general_settings.track_spend'])
})
