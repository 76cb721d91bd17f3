import { expect, test } from '@jest/globals'
import { isActedOn } from '../../../src/config/acted-on.ts'
import { optionsTable } from '../../../src/config/options-table.ts'

test('every option has a type and a meaning', () => {
  for (const row of optionsTable()) {
    expect(row.type).not.toBe('any')
    expect(row.meaning).not.toBe('')
  }
})

test('a row says how the option is written in code and in a file, and its default as people write it', () => {
  const rows = new Map(optionsTable().map((row) => [row.option, row]))
  expect(rows.get('authCacheTtl')).toEqual({
    option: 'authCacheTtl',
    yaml: 'litellm_db.auth_cache_ttl',
    type: 'duration',
    default: '20s',
    meaning: expect.stringContaining('out of date'),
  })
  expect(rows.get('isRequired')).toMatchObject({ yaml: 'litellm_db.is_required', type: 'boolean', default: 'false' })
  expect(rows.get('masterKey')).toMatchObject({ yaml: 'general_settings.master_key', default: '' })
  expect(rows.get('keys')).toMatchObject({ yaml: '', type: 'KeyStore', default: '' })
})

test('every option but the config itself and the parts of users has a name in a config.yaml', () => {
  const nameless = optionsTable().flatMap(({ option, yaml }) => (yaml === '' ? [option] : []))
  expect(nameless).toEqual([
    'config',
    'logger',
    'keys',
    'router',
    'prices',
    'sink',
    'cacheStore',
    'callbacks',
    'readers',
  ])
})

test('the section litellm_db has every option that LiteLLM has no setting for', () => {
  const names = optionsTable().flatMap(({ yaml }) => (yaml.startsWith('litellm_db.') ? [yaml.slice(11)] : []))
  expect(names).toEqual([
    'enabled',
    'is_required',
    'database_url',
    'max_conns',
    'min_conns',
    'health_check_interval',
    'connect_timeout',
    'auth_cache_ttl',
    'auth_cache_size',
    'log_queue_size',
    'log_batch_size',
    'log_flush_interval',
    'log_retry_attempts',
    'log_retry_delay',
    'durability',
    'journal.dir',
    'journal.fsync',
    'journal.max_bytes',
    'journal.on_full',
    'stale_if_error',
    'model_cost_map_cache',
    'unpriced_models',
    'stated_costs',
    'spend_logs_url',
    'prompt_length',
    'workers',
    'reserve',
    'reserve_cost',
    'reserve_wait',
    'limit_store',
    'pass_on_store_error',
    'mode',
    'compat',
    'cors_origins',
    'cors_credentials',
    'access_log',
    'on_client_abort',
    'drain_timeout',
    'drain_max_bytes',
  ])
})

test('the settings that stand for options are settings that are acted on', () => {
  const settings = optionsTable().flatMap(({ yaml }) => (yaml && !yaml.startsWith('litellm_db.') ? [yaml] : []))
  expect(settings).toHaveLength(16)
  expect(settings.filter((path) => !isActedOn(path.split('.')))).toEqual([])
})
