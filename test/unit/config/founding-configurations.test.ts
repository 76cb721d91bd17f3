import { expect, test } from '@jest/globals'
import { resolveOptions } from '../../../src/config/options.ts'
import { directoryOf } from './support.ts'

/** The five configurations that this package was founded on, each with the environment it was written for. */
const load = (yaml: string, env = {}) => resolveOptions({}, env, directoryOf({ 'config.yaml': yaml }))

test('a gateway on a LiteLLM database: the section litellm_db', () => {
  const { database, keyCache, spend, ignored } = load(
    `
litellm_db:
  enabled: true
  is_required: false
  database_url: "os.environ/LITELLM_DATABASE_URL"
  max_conns: 25
  min_conns: 5
  health_check_interval: 10s
  connect_timeout: 5s
  auth_cache_ttl: 20s
  auth_cache_size: 10000
  log_queue_size: 5000
  log_batch_size: 100
  log_flush_interval: 5s
  log_retry_attempts: 3
  log_retry_delay: 1s
`,
    { LITELLM_DATABASE_URL: 'postgresql://user:password@host:5432/litellm' },
  )
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
  const { database, ignored, generalSettings } = load(
    `
general_settings:
  database_url: os.environ/DATABASE_URL
  database_connection_pool_limit: 100
  database_connection_timeout: 60
  store_model_in_db: true
  supported_db_objects: [models, mcp, guardrails, vector_stores, pass_through_endpoints, prompts, model_cost_map]
  use_redis_transaction_buffer: true
litellm_settings:
  input_callback: [supabase]
  success_callback: [supabase]
  failure_callback: [supabase]
`,
    { DATABASE_URL: 'postgresql://u:p@h:5432/litellm?connection_limit=9&pool_timeout=60' },
  )
  expect(database).toMatchObject({ enabled: true, url: 'postgresql://u:p@h:5432/litellm', maxConns: 100 })
  expect(generalSettings.supported_db_objects).toHaveLength(7)
  expect(ignored).toContain('general_settings.use_redis_transaction_buffer (no Redis is named)')
})

test('session tracking with cost control: settings that LiteLLM knows elsewhere, or not at all', () => {
  const { deployments, litellmSettings, routerSettings, ignored } = load(
    `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
      max_tokens: 4096
  - model_name: claude-3-5-sonnet
    litellm_params:
      model: anthropic/claude-3-5-sonnet-20241022
      api_key: os.environ/ANTHROPIC_API_KEY
      max_tokens: 4096
litellm_params:
  success_callback: [supabase, langsmith, langfuse]
  failure_callback: [supabase, langfuse]
litellm_settings:
  rpm: 6000
  tpm: 1000000
  max_budget: 100
router_settings:
  fallbacks:
    - gpt-4o: [claude-3-5-sonnet, gpt-4o-mini]
  model_group_alias:
    smart-model: [gpt-4o, claude-3-5-sonnet]
`,
    { OPENAI_API_KEY: 'sk-o', ANTHROPIC_API_KEY: 'sk-a' },
  )
  expect(deployments).toMatchObject([
    { modelGroup: 'gpt-4o', model: 'gpt-4o', provider: 'openai', headers: { authorization: 'Bearer sk-o' } },
    { modelGroup: 'claude-3-5-sonnet', provider: 'anthropic', headers: { 'x-api-key': 'sk-a' } },
  ])
  expect(litellmSettings).toMatchObject({ success_callback: ['supabase', 'langsmith', 'langfuse'], max_budget: 100 })
  expect(routerSettings.model_group_alias).toEqual({ 'smart-model': ['gpt-4o', 'claude-3-5-sonnet'] })
  expect(ignored).toEqual(expect.arrayContaining(['litellm_params', 'litellm_settings.rpm']))
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
  const { deployments, masterKey, database, routerSettings, litellmSettings, ignored } = load(
    `
model_list:
  - model_name: qwen-dell
    litellm_params:
      model: ollama/qwen2.5:14b-instruct-q4_K_M
      api_base: http://host:11434
  - model_name: qwen-mac-mlx
    litellm_params:
      model: openai/qwen2.5-14b-mlx
      api_base: http://host:8001
      api_key: dummy
  - model_name: anthropic-fallback
    litellm_params:
      model: anthropic/claude-3-5-sonnet-20241022
      api_key: os.environ/ANTHROPIC_API_KEY
  - model_name: kimi-k2.5
    litellm_params:
      model: moonshot/kimi-k2.5
      api_key: os.environ/MOONSHOT_API_KEY
router_settings:
  routing_strategy: "usage-based-routing"
  allowed_fails: 3
  cooldown_time: 60
  num_retries: 2
litellm_settings:
  cache: true
  cache_params:
    type: redis
    host: os.environ/REDIS_HOST
    port: 6379
    ttl: 600
    namespace: "litellm.cache"
    supported_call_types: [acompletion, aembedding]
general_settings:
  master_key: \${LITELLM_MASTER_KEY}
  database_url: \${DATABASE_URL}
  track_cost: true
  track_spend: true
`,
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
  expect(routerSettings).toMatchObject({ routing_strategy: 'usage-based-routing', cooldown_time: 60 })
  expect(litellmSettings.cache_params).toMatchObject({ host: 'redis', ttl: 600 })
  expect(ignored).toEqual(expect.arrayContaining(['general_settings.track_cost', 'litellm_settings.cache']))
})
