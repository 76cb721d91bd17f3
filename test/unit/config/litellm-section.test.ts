import { describe, expect, test } from '@jest/globals'
import { type LiteLLMOptions, resolveOptions } from '../../../src/config/options.ts'
import { directoryOf, messageOf } from './support.ts'

const resolve = (options: LiteLLMOptions, env = {}) => resolveOptions({ config: {}, ...options }, env, '/home/app')
const inFile = (litellm_db: object) => resolve({ config: { litellm_db } })

test.each<[LiteLLMOptions, object]>([
  [{ staleIfError: '5m' }, { stale_if_error: '5m' }],
  [{ modelCostMapCache: 'prices' }, { model_cost_map_cache: 'prices' }],
  [{ unpricedModels: 'block' }, { unpriced_models: 'block' }],
  [{ statedCosts: 'charge' }, { stated_costs: 'charge' }],
  [{ spendLogsUrl: 'http://logs' }, { spend_logs_url: 'http://logs' }],
  [{ reserve: 'postgres' }, { reserve: 'postgres' }],
  [{ reserve: 'off' }, { reserve: 'off' }],
  [{ reserveCost: 'expected' }, { reserve_cost: 'expected' }],
  [{ reserveWait: 0 }, { reserve_wait: '0s' }],
  [{ limitStore: 'postgres' }, { limit_store: 'postgres' }],
  [{ passOnStoreError: false }, { pass_on_store_error: false }],
  [{ mode: 'report' }, { mode: 'report' }],
  [{ compat: '1.83' }, { compat: '1.83' }],
  [{ onClientAbort: 'cancel' }, { on_client_abort: 'cancel' }],
  [{ drainTimeout: '2m' }, { drain_timeout: '2m' }],
  [{ drainMaxBytes: 7 }, { drain_max_bytes: 7 }],
])('a file says what code says: %j', (inCode, litellm_db) => {
  const standard = resolve({})
  const found = inFile(litellm_db)
  expect(found).toEqual(resolve(inCode))
  expect(found).not.toEqual(standard)
})

test('stored prompts are as long as the file says', () => {
  const config = {
    general_settings: { store_prompts_in_spend_logs: true },
    litellm_db: { prompt_length: 9 },
  }
  expect(resolve({ config }).spend.prompts).toEqual({ maxLength: 9 })
})

test('what YAML makes of `off` and of `1.83` is understood', () => {
  const cwd = directoryOf({ 'config.yaml': 'litellm_db:\n  reserve: off\n  compat: 1.83\n' })
  expect(resolveOptions({}, {}, cwd)).toMatchObject({ reserve: 'off', compat: '1.83' })
})

describe('compat', () => {
  test.each([
    [{ budget_status: 400, model_budget_exceeded_by: '>', resources: 'shared' }],
    [{ budgetStatus: 400, modelBudgetExceededBy: '>', resources: 'shared' }],
  ])('names its answers in snake_case, or as in code: %j', (compat) => {
    expect(inFile({ compat }).compat).toEqual({ budgetStatus: 400, modelBudgetExceededBy: '>', resources: 'shared' })
  })

  test.each([1.84, '1.82', [], { budget_status: 418 }, { budget: 400 }])('is refused by its rule: %j', (compat) => {
    const message = messageOf(() => inFile({ compat }))
    expect(message).toContain('`litellm_db.compat')
    expect(message).toContain('must be current, 1.83, or an object of answers: budgetStatus (400 or 422 or 429), ')
  })
})

test('mode: report in a file leaves a body its default size, as in code', () => {
  const general_settings = { max_request_size_mb: 1 }
  const sizeOf = (options: LiteLLMOptions) => resolve(options).maxBodyBytes
  expect(sizeOf({ config: { general_settings } })).toBe(1024 * 1024)
  expect(sizeOf({ config: { general_settings, litellm_db: { mode: 'report' } } })).toBe(32 * 1024 * 1024)
  expect(sizeOf({ mode: 'enforce', config: { general_settings, litellm_db: { mode: 'report' } } })).toBe(1024 * 1024)
})

test('code stands above the section, and the section above LiteLLM\u2019s own settings', () => {
  const config = {
    litellm_settings: { block_requests_for_models_without_pricing: true },
    general_settings: { fail_closed_rate_limit_enforcement: true },
  }
  expect(resolve({ config })).toMatchObject({ pricing: { unpricedModels: 'block' }, passOnStoreError: false })
  const both = { ...config, litellm_db: { unpriced_models: 'allow', pass_on_store_error: true } }
  expect(resolve({ config: both })).toMatchObject({ pricing: { unpricedModels: 'allow' }, passOnStoreError: true })
  expect(resolve({ config: both, unpricedModels: 'flag' }).pricing.unpricedModels).toBe('flag')
})

describe('a mistake is one sentence', () => {
  test.each([
    [{ reserve: true }, '`litellm_db.reserve` must be memory, postgres or off, got true.'],
    [{ limit_store: false }, '`litellm_db.limit_store` must be memory, redis or postgres, got false.'],
    [{ mode: 'warn' }, '`litellm_db.mode` must be enforce or report, got "warn".'],
    [{ unpriced_models: 'never' }, '`litellm_db.unpriced_models` must be allow, flag or block, got "never".'],
    [{ on_client_abort: {} }, '`litellm_db.on_client_abort` must be auto, drain or cancel, got a mapping.'],
    [{ reserve_cost: 1 }, '`litellm_db.reserve_cost` must be expected or greatest, got 1.'],
    [{ reserve_wait: 30 }, '`litellm_db.reserve_wait` must be a duration with its unit'],
    [{ stale_if_error: 'long' }, '`litellm_db.stale_if_error` must be a duration with its unit'],
    [{ drain_max_bytes: -1 }, '`litellm_db.drain_max_bytes` must be at least 0, got -1.'],
    [{ pass_on_store_error: 'perhaps' }, '`litellm_db.pass_on_store_error` must be true or false, got "perhaps".'],
    [{ limitstore: 'redis' }, '`litellm_db.limitstore` is unknown. Did you mean `limit_store`?'],
    [{ staleIfError: '5m' }, '`litellm_db.staleIfError` is unknown. Did you mean `stale_if_error`?'],
    [{ master_key: 'sk-1' }, '`litellm_db.master_key` is unknown.'],
    [{ keys: {} }, '`litellm_db.keys` is unknown.'],
  ])('%j', (litellm_db, sentence) => {
    expect(messageOf(() => inFile(litellm_db))).toContain(`ConfigError: Invalid configuration in \`config\`:\n`)
    expect(messageOf(() => inFile(litellm_db))).toContain(sentence)
  })
})
