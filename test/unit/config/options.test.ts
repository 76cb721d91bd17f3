import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type LiteLLMOptions, optionsSchema, resolveOptions } from '../../../src/config/options.ts'
import { snakeCase } from '../../../src/lib/name-case.ts'
import { directoryOf, messageOf } from './support.ts'

const URL_A = 'postgresql://u:secret-a@a/db'
const URL_B = 'postgresql://u:secret-b@b/db'

/** Never the directory of the tests: a config.yaml there would be found. */
const NOWHERE = '/nonexistent'
const resolve = (options: LiteLLMOptions = {}, env = {}) => resolveOptions(options, env, NOWHERE)
const mistake = (options: unknown, env = {}) => messageOf(() => resolve(options as LiteLLMOptions, env))

describe('defaults', () => {
  test('are complete without any input', () => {
    expect(resolve()).toEqual({
      accessLog: true,
      callbackApis: new Map(),
      cwd: '/nonexistent',
      fileSettings: { general_settings: {}, litellm_settings: {}, router_settings: {} },
      modelCostMapCache: '/nonexistent/.express-litellm/prices',
      clientAbort: { mode: 'auto', drainMs: 60_000, drainBytes: 16_777_216 },
      maxHeldBodyBytes: 268_435_456,
      headersTimeoutMs: 15_000,
      bodyTimeoutMs: 60_000,
      shutdown: { graceMs: 25_000, drainDelayMs: 0 },
      workers: 1,
      reserveCost: 'greatest',
      reserveWaitMs: 30_000,
      passOnStoreError: true,
      mode: 'enforce',
      pricing: { unpricedModels: 'flag', believeStated: false },
      compat: 'current',
      database: {
        enabled: false,
        isRequired: false,
        prepare: true,
        maxConns: 25,
        minConns: 5,
        healthCheckIntervalMs: 10_000,
        connectTimeoutMs: 5_000,
      },
      keyCache: { max: 10_000, ttlMs: 20_000, staleIfErrorMs: 60_000 },
      spend: {
        queueSize: 5_000,
        batchSize: 100,
        flushIntervalMs: 5_000,
        retryAttempts: 3,
        retryDelayMs: 1_000,
        rows: true,
        disabled: false,
      },
      journal: {
        dir: '/nonexistent/.express-litellm/journal',
        fsync: 'always',
        maxBytes: 1_073_741_824,
        onFull: 'block',
      },
      deployments: [],
      modelList: [],
      rejectedModels: [],
      maxBodyBytes: 33_554_432,
      upstreamTimeoutMs: 600_000,
      routing: expect.objectContaining({ strategy: 'simple-shuffle' }),
      settings: {
        general: {},
        litellm: {},
        router: {},
        written: { general_settings: {}, litellm_settings: {}, router_settings: {} },
        quoted: [],
      },
      warnings: [],
      ignored: [],
      env: {},
      parts: {},
    })
  })

  test('hold for options that are undefined', () => {
    expect(resolve({ maxConns: undefined, enabled: undefined, config: undefined })).toEqual(resolve())
  })
})

test('the fourteen parameters are the same in code and in the section litellm_db', () => {
  const inCode: LiteLLMOptions = {
    enabled: true,
    isRequired: true,
    databaseUrl: URL_A,
    maxConns: 7,
    minConns: 2,
    healthCheckInterval: '1m',
    connectTimeout: 2_000,
    authCacheTtl: '500ms',
    authCacheSize: 9,
    logQueueSize: 8,
    logBatchSize: 6,
    logFlushInterval: '2s',
    logRetryAttempts: 0,
    logRetryDelay: '3s',
  }
  const inFile = {
    enabled: true,
    is_required: true,
    database_url: URL_A,
    max_conns: 7,
    min_conns: '2',
    health_check_interval: '1m',
    connect_timeout: '2s',
    auth_cache_ttl: '500ms',
    auth_cache_size: 9,
    log_queue_size: 8,
    log_batch_size: 6,
    log_flush_interval: '2s',
    log_retry_attempts: 0,
    log_retry_delay: '3s',
  }
  const resolved = resolve(inCode)
  expect(Object.keys(inCode)).toHaveLength(14)
  expect(resolve({ config: { litellm_db: inFile } })).toEqual({
    ...resolved,
    warnings: [expect.stringContaining('min_conns')],
  })
  expect(resolved).toMatchObject({
    database: {
      enabled: true,
      isRequired: true,
      url: URL_A,
      maxConns: 7,
      minConns: 2,
      healthCheckIntervalMs: 60_000,
      connectTimeoutMs: 2_000,
    },
    keyCache: { max: 9, ttlMs: 500 },
    spend: { queueSize: 8, batchSize: 6, flushIntervalMs: 2_000, retryAttempts: 0, retryDelayMs: 3_000 },
  })
})

describe('precedence', () => {
  const section = { litellm_db: { database_url: URL_B, max_conns: 11, auth_cache_ttl: '11s' } }
  const general = {
    general_settings: {
      database_url: 'postgres://general/db',
      master_key: 'sk-general',
      database_connection_pool_limit: '12',
      user_api_key_cache_ttl: 60,
      max_request_size_mb: 1,
      max_held_bodies_mb: 64,
      request_headers_timeout: 5,
      request_body_timeout: '2m',
      database_disable_prepared_statements: true,
    },
    router_settings: { timeout: 30 },
    litellm_settings: { request_timeout: 40, model_cost_map_url: 'https://general/prices.json' },
  }
  const env = {
    LITELLM_DATABASE_URL: 'postgres://env-litellm/db?connection_limit=13&connect_timeout=3',
    DATABASE_URL: 'postgres://env/db',
    LITELLM_MASTER_KEY: 'sk-env',
    LITELLM_MODEL_COST_MAP_URL: 'https://env/prices.json',
  }

  test('code stands above litellm_db', () => {
    const { database, keyCache } = resolve({ databaseUrl: URL_A, maxConns: 10, authCacheTtl: 1, config: section }, env)
    expect([database.url, database.maxConns, keyCache.ttlMs]).toEqual([URL_A, 10, 1])
  })

  test('litellm_db stands above general_settings', () => {
    const { database, keyCache } = resolve({ config: { ...section, ...general } }, env)
    expect([database.url, database.maxConns, keyCache.ttlMs]).toEqual([URL_B, 11, 11_000])
  })

  test('general_settings stand above the environment', () => {
    expect(resolve({ config: general }, env)).toMatchObject({
      masterKey: 'sk-general',
      database: { url: 'postgres://general/db', maxConns: 12, prepare: false },
      keyCache: { ttlMs: 60_000 },
      maxBodyBytes: 1_048_576,
      maxHeldBodyBytes: 67_108_864,
      headersTimeoutMs: 5_000,
      bodyTimeoutMs: 120_000,
      upstreamTimeoutMs: 30_000,
      modelCostMap: 'https://general/prices.json',
    })
  })

  test('LITELLM_DATABASE_URL stands above DATABASE_URL, and what a URL says above the defaults', () => {
    expect(resolve({}, env)).toMatchObject({
      masterKey: 'sk-env',
      database: { enabled: true, url: 'postgres://env-litellm/db', maxConns: 13, connectTimeoutMs: 3_000 },
      modelCostMap: 'https://env/prices.json',
    })
    expect(resolve({}, { ...env, LITELLM_DATABASE_URL: '' }).database.url).toBe('postgres://env/db')
  })

  test('code stands above all for the rest', () => {
    const options = { masterKey: 'sk-code', modelCostMap: 'prices.json', maxBodyBytes: 5, upstreamTimeout: '1s' }
    expect(resolve({ ...options, config: general }, env)).toMatchObject({
      masterKey: 'sk-code',
      modelCostMap: '/nonexistent/prices.json',
      maxBodyBytes: 5,
      upstreamTimeoutMs: 1_000,
    })
  })

  test('request_timeout counts where router_settings say nothing, and no timer is longer than timers can be', () => {
    expect(resolve({ config: { litellm_settings: { request_timeout: 40 } } }).upstreamTimeoutMs).toBe(40_000)
    expect(resolve({ config: { router_settings: { timeout: 1e9 } } }).upstreamTimeoutMs).toBe(2 ** 31 - 1)
    expect(resolve({ config: { router_settings: { timeout: 0 } } }).upstreamTimeoutMs).toBe(600_000)
  })

  test('LITELLM_LOCAL_MODEL_COST_MAP means no URL from the environment', () => {
    expect(resolve({}, { ...env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' }).modelCostMap).toBeUndefined()
  })

  test('environment_variables of the config stand above the environment', () => {
    const config = { environment_variables: { LITELLM_MASTER_KEY: 'os.environ/OTHER' } }
    const resolved = resolve({ config }, { OTHER: 'sk-other' })
    expect(resolved.masterKey).toBe('sk-other')
    expect(resolved.env).toEqual({ OTHER: 'sk-other', LITELLM_MASTER_KEY: 'sk-other' })
  })
})

describe('enabled', () => {
  test.each([
    [{ databaseUrl: URL_A }, {}],
    [{ config: { litellm_db: { database_url: URL_A } } }, {}],
    [{ config: { general_settings: { database_url: URL_A } } }, {}],
    [{}, { LITELLM_DATABASE_URL: URL_A }],
    [{}, { DATABASE_URL: URL_A }],
  ])('is true with an address: %#', (options, env) => {
    expect(resolve(options, env).database).toMatchObject({ enabled: true, url: URL_A })
  })

  test('is false when somebody says so, and then no address is looked at', () => {
    const env = { DATABASE_URL: 'mysql://x' }
    expect(resolve({ enabled: false }, env).database).toEqual(resolve().database)
    expect(resolve({ config: { litellm_db: { enabled: false } } }, env).database.enabled).toBe(false)
    expect(resolve({ enabled: false, isRequired: true }).database.enabled).toBe(false)
  })

  test('in code stands above the file', () => {
    const config = { litellm_db: { enabled: false, database_url: URL_A } }
    expect(resolve({ enabled: true, config }).database.enabled).toBe(true)
  })

  test.each([{ enabled: true }, { isRequired: true }, { config: { litellm_db: { enabled: true } } }])(
    'needs an address: %j',
    (options) => {
      expect(mistake(options)).toBe(
        'ConfigError: Invalid options:\n  - the database is wanted (`enabled` or `isRequired`), and nothing says where it is: ' +
          'set `databaseUrl`, `litellm_db.database_url`, LITELLM_DATABASE_URL or DATABASE_URL.',
      )
    },
  )
})

describe('the pool', () => {
  test('of a small size lowers the default of minConns', () => {
    expect(resolve({ maxConns: 2 }).database.minConns).toBe(2)
  })

  test('cannot be smaller than a minimum that was asked for', () => {
    expect(mistake({ maxConns: 2, config: { litellm_db: { min_conns: 3 } } })).toContain(
      '`minConns` (`litellm_db.min_conns`) must be at most `maxConns`, got 3 and 2.',
    )
  })
})

describe('where the config comes from', () => {
  const YAML = 'general_settings: {master_key: sk-file}'

  test('a path is relative to the working directory', () => {
    const cwd = directoryOf({ 'a/b.yaml': YAML, 'config.yaml': 'general_settings: {master_key: sk-default}' })
    expect(resolveOptions({ config: 'a/b.yaml' }, {}, cwd).masterKey).toBe('sk-file')
    expect(resolveOptions({}, { CONFIG_FILE_PATH: join(cwd, 'a/b.yaml') }, cwd).masterKey).toBe('sk-file')
    expect(resolveOptions({}, { CONFIG_FILE_PATH: '' }, cwd).masterKey).toBe('sk-default')
    expect(resolveOptions({ config: {} }, {}, cwd).masterKey).toBeUndefined()
  })

  test('a path that leads nowhere is an error', () => {
    expect(mistake({ config: 'gone.yaml' })).toContain('/nonexistent/gone.yaml: there is no such file.')
    expect(mistake({}, { CONFIG_FILE_PATH: 'gone.yaml' })).toContain('/nonexistent/gone.yaml: there is no such file.')
  })

  test('an object may include files too', () => {
    const cwd = directoryOf({ 'models.yaml': 'model_list: [{model_name: a, litellm_params: {model: openai/a}}]' })
    expect(resolveOptions({ config: { include: ['models.yaml'] } }, {}, cwd).deployments).toHaveLength(1)
  })
})

test('in report mode max_request_size_mb keeps no body from being read, maxBodyBytes does', () => {
  const [small, large] = [1, 100].map((max_request_size_mb) => ({
    config: { general_settings: { max_request_size_mb } },
  }))
  expect(resolve(small).maxBodyBytes).toBe(1_048_576)
  expect(resolve({ ...small, mode: 'report' }).maxBodyBytes).toBe(33_554_432)
  expect(resolve({ ...large, mode: 'report' }).maxBodyBytes).toBe(104_857_600)
  expect(resolve({ ...small, mode: 'report', maxBodyBytes: 5 }).maxBodyBytes).toBe(5)
})

test.each([
  [true, {}, false],
  [false, {}, true],
  [true, { passOnStoreError: true }, true],
])('fail_closed_rate_limit_enforcement: %s and %j pass on errors of the store: %s', (closed, options, passes) => {
  const config = { general_settings: { fail_closed_rate_limit_enforcement: closed } }
  expect(resolve({ config, ...options }).passOnStoreError).toBe(passes)
})

test.each([
  [true, undefined, 5_000],
  [true, 1_000, 1_000],
  [false, undefined, 20_000],
])(
  'with fail_closed_budget_enforcement %s and a cache of %p ms rows are read again after %p ms',
  (closed, authCacheTtl, ms) => {
    const config = { general_settings: { fail_closed_budget_enforcement: closed } }
    expect(resolve({ config, authCacheTtl }).keyCache.ttlMs).toBe(ms)
  },
)

test.each([
  [[{ header_name: 'X-A', litellm_user_role: 'customer' }], []],
  [
    [{ header_name: 'X-A', litellm_user_role: 'internal_user' }],
    ['general_settings.user_header_mappings (but those with litellm_user_role: customer)'],
  ],
])('of user_header_mappings %j it is told what nobody acts on', (user_header_mappings, ignored) => {
  expect(resolve({ config: { general_settings: { user_header_mappings } } }).ignored).toEqual(ignored)
})

test('a header that nobody names is a mistake', () => {
  const config = { general_settings: { user_header_mappings: [{ litellm_user_role: 'customer' }] } }
  expect(mistake({ config })).toContain('user_header_mappings')
})

test('who may make keys is a list of roles, or a mistake', () => {
  const config = { litellm_settings: { key_generation_settings: { team_key_generation: { required_params: 'tags' } } } }
  expect(mistake({ config })).toContain('must be a list of names')
})

describe('the time zone of budgets', () => {
  test.each([
    { litellm_settings: { timezone: 'Asia/Tokyo' } },
    { general_settings: { litellm_settings: { timezone: 'Asia/Tokyo' } } },
  ])('is what the config says: %j', (config) => {
    expect(resolve({ config }).timeZone?.name).toBe('Asia/Tokyo')
  })

  test('is UTC when nobody says otherwise', () => {
    expect(resolve().timeZone).toBeUndefined()
  })

  test('says when budgets are reset', () => {
    const litellm_settings = {
      timezone: 'Asia/Tokyo',
      budget_reset_time: '09:30:15',
      weekly_budget_reset_day: 'Sunday',
    }
    const resetsAtMs = ((9 * 60 + 30) * 60 + 15) * 1000
    expect(resolve({ config: { litellm_settings } }).timeZone).toMatchObject({
      name: 'Asia/Tokyo',
      resetsAtMs,
      weekBeginsOn: 0,
    })
    expect(resolve({ config: { litellm_settings: { budget_reset_time: '' } } }).timeZone).toMatchObject({
      name: 'UTC',
      resetsAtMs: 0,
    })
  })

  test.each([
    [{ budget_reset_time: '25:00' }, '`litellm_settings.budget_reset_time` must be a time of day in quotes'],
    [{ budget_reset_time: '9:60' }, '`litellm_settings.budget_reset_time` must be a time of day in quotes'],
    [{ budget_reset_time: 'noon' }, '`litellm_settings.budget_reset_time` must be a time of day in quotes'],
    [{ budget_reset_time: 720 }, '`litellm_settings.budget_reset_time` must be a time of day in quotes'],
    [
      { weekly_budget_reset_day: 'someday' },
      '`litellm_settings.weekly_budget_reset_day` must be the name of a weekday',
    ],
  ])('takes no %j', (litellm_settings, message) => {
    expect(mistake({ config: { litellm_settings } })).toContain(message)
  })

  test('must be one that there is', () => {
    expect(mistake({ config: { litellm_settings: { timezone: 'Mars/Olympus' } } })).toContain(
      '`litellm_settings.timezone` must be the name of a time zone, for example Europe/Berlin',
    )
  })
})

describe('deployments', () => {
  test('come from the model_list', () => {
    const config = { model_list: [{ model_name: 'a', litellm_params: { model: 'openai/x', api_key: 'os.environ/K' } }] }
    expect(resolve({ config }, { K: 'sk-k' }).deployments).toMatchObject([
      { modelGroup: 'a', model: 'x', headers: { authorization: 'Bearer sk-k' } },
    ])
  })

  test('come from OPENAI_API_KEY alone when there is no model_list', () => {
    expect(resolve({}, { OPENAI_API_KEY: 'sk-1' }).deployments).toMatchObject([
      { modelGroup: '*', model: '*', provider: 'openai', headers: { authorization: 'Bearer sk-1' } },
    ])
  })

  test('do not come from OPENAI_API_KEY when models are kept in the database', () => {
    const config = { general_settings: { store_model_in_db: true } }
    expect(resolve({ config }, { OPENAI_API_KEY: 'sk-1' }).deployments).toEqual([])
    expect(resolve({}, { OPENAI_API_KEY: 'sk-1', STORE_MODEL_IN_DB: 'True' }).deployments).toEqual([])
  })
})

test('parts of one’s own are handed through as they are', () => {
  const keys = { find: async () => undefined }
  const router = { choose: () => undefined, modelGroups: () => [] }
  const sink = { record() {}, flush: async () => {}, close: async () => {} }
  const reader = { shape: 's', callType: 'c', match: () => undefined, read: () => undefined }
  const { parts } = resolve({ keys, router, sink, readers: [reader] })
  expect([parts.keys, parts.router, parts.sink, parts.readers?.[0]]).toEqual([keys, router, sink, reader])
  expect(parts.keys).toBe(keys)
  expect(parts.readers?.[0]).toBe(reader)
})

describe('keys that are not acted on', () => {
  test('are listed once each, and never an error', () => {
    const config = {
      model_list: [
        { model_name: 'a', litellm_params: { model: 'openai/a', max_tokens: 1, input_cost_per_token: 1 } },
        {
          model_name: 'b',
          litellm_params: { model: 'openai/b', max_tokens: 2 },
          model_info: { mode: 'chat', id: 'b' },
        },
      ],
      litellm_settings: { cache: true, callback_settings: { otel: 'os.environ/NOT_SET' } },
      router_settings: { num_retries: 2, timeout: 5 },
      general_settings: { master_key: 'sk-1', alert_type_config: {} },
      guardrails: [{ guardrail_name: 'x' }],
      environment_variables: { A: 'b' },
    }
    const resolved = resolve({ config })
    expect(resolved.ignored).toEqual([
      'model_list[].model_info.mode',
      'litellm_settings.callback_settings',
      'general_settings.alert_type_config',
      'guardrails',
      'litellm_settings.cache (no Redis is named)',
    ])
    expect(resolved.settings).toMatchObject({
      router: { numRetries: 2, timeout: 5_000 },
      general: { masterKey: 'sk-1' },
      written: {
        router_settings: { num_retries: 2, timeout: 5 },
        general_settings: { master_key: 'sk-1', alert_type_config: {} },
      },
    })
  })

  test('may refer to variables that are not set; the others may not', () => {
    const config = {
      general_settings: { master_key: 'os.environ/GONE', alert_type_config: 'os.environ/ALSO_GONE' },
      model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', api_key: 'os.environ/NOT_SET' } }],
    }
    expect(mistake({ config })).toBe(
      [
        'ConfigError: Invalid configuration in `config`:',
        '  - `general_settings.master_key` refers to the environment variable GONE, which is not set. Set it, or remove the reference.',
      ].join('\n'),
    )
  })

  test('a key without a value says nothing', () => {
    const config = { model_list: null, litellm_db: { max_conns: null }, general_settings: { master_key: null } }
    expect(resolve({ config })).toEqual(resolve())
  })
})

describe('a model that cannot be used', () => {
  const MISSING =
    '`model_list[1].litellm_params.api_key` refers to the environment variable NOT_SET, which is not set. Set it, or remove the reference.'
  const model_list = [
    { model_name: 'good', litellm_params: { model: 'openai/a', api_key: 'sk-1' } },
    { model_name: 'bad', litellm_params: { model: 'openai/b', api_key: 'os.environ/NOT_SET' } },
    { model_name: 'broken', litellm_params: { model: 'nobody/c' } },
    { model_name: 'last', litellm_params: { model: 'openai/d', api_key: 'sk-1' } },
  ]

  test('is disabled and named, and the others are served', () => {
    const { deployments, modelList, rejectedModels } = resolve({ config: { model_list } })
    expect(deployments.map(({ modelGroup }) => modelGroup)).toEqual(['good', 'last'])
    expect(modelList).toEqual([model_list[0], model_list[3]])
    expect(rejectedModels).toEqual([
      { name: 'bad', problems: [MISSING] },
      { name: 'broken', problems: [expect.stringContaining('LLM Provider NOT provided')] },
    ])
  })

  test.each([
    ['the option', { strictConfig: true }, {}],
    ['the setting', {}, { strict_config: true }],
  ])('is an error where %s asks for it, all of them at once', (_, options, general_settings) => {
    const message = mistake({ config: { model_list, general_settings }, ...options })
    expect(message).toContain(`  - ${MISSING}\n  - \`model_list[2]\` (broken): LLM Provider NOT provided.`)
  })

  test('is not replaced by one for every model, when no other is left', () => {
    const only = { config: { model_list: [model_list[1]] } }
    expect(resolve(only, { OPENAI_API_KEY: 'sk-1' }).deployments).toEqual([])
  })
})

describe('mistakes', () => {
  test('in code are told in the language of code, all at once', () => {
    const options = {
      maxConn: 3,
      max_conns: 3,
      databse: {},
      minConns: -1,
      maxConns: '25',
      enabled: 'yes',
      isRequired: null,
      authCacheTtl: 'soon',
      connectTimeout: 0,
      logFlushInterval: '30d',
      masterKey: '',
      databaseUrl: 5,
      keys: {},
      readers: [{}],
      config: 5,
    }
    expect(mistake(options).split('\n')).toEqual([
      'ConfigError: Invalid options:',
      '  - `config` must be the path of a config.yaml, or an object in its format, got 5.',
      '  - `masterKey` must not be empty, got text (not shown).',
      '  - `enabled` must be true or false, got "yes".',
      '  - `isRequired` must be true or false, got nothing.',
      '  - `databaseUrl` must be text, got a number (not shown). Put it in quotes.',
      '  - `maxConns` must be a whole number, got "25".',
      '  - `minConns` must be at least 0, got -1.',
      '  - `connectTimeout` must be longer than 0 and at most 24d, got 0.',
      '  - `authCacheTtl` must be a duration with its unit, for example 500ms, 20s, 5m or 1h, got "soon".',
      '  - `logFlushInterval` must be longer than 0 and at most 24d, got 2592000000.',
      '  - `keys` must have the methods find, got a mapping.',
      '  - `readers[0]` must have the methods match, read, got a mapping.',
      '  - `maxConn` is unknown. Did you mean `maxConns`?',
      '  - `max_conns` is unknown. Did you mean `maxConns`?',
      expect.stringMatching(/^ {2}- `databse` is unknown\. Known are config, masterKey, enabled, /),
    ])
  })

  test('in litellm_db are told in the language of the file', () => {
    const cwd = directoryOf({
      'config.yaml': [
        'litellm_db:',
        '  enabled: maybe',
        '  maxConns: 3',
        '  max_con: 3',
        '  min_conns: many',
        '  auth_cache_ttl: 20',
        '  log_retry_delay: 1 second',
        '  database_url: 7',
      ].join('\n'),
    })
    expect(messageOf(() => resolveOptions({}, {}, cwd)).split('\n')).toEqual([
      `ConfigError: Invalid configuration in ${cwd}/config.yaml:`,
      '  - `litellm_db.enabled` must be true or false, got "maybe".',
      '  - `litellm_db.database_url` must be text, got a number (not shown). Put it in quotes.',
      '  - `litellm_db.min_conns` must be a whole number, got "many".',
      '  - `litellm_db.auth_cache_ttl` must be a duration with its unit, for example 500ms, 20s, 5m or 1h, got 20.',
      '  - `litellm_db.log_retry_delay` must be a duration with its unit, for example 500ms, 20s, 5m or 1h, got "1 second".',
      '  - `litellm_db.maxConns` is unknown. Did you mean `max_conns`?',
      '  - `litellm_db.max_con` is unknown. Did you mean `max_conns`?',
    ])
  })

  test('in LiteLLM’s own sections are told in the language of the file', () => {
    const config = {
      model_list: { a: 1 },
      general_settings: { master_key: 1234, database_connection_pool_limit: 0, user_api_key_cache_ttl: 'soon' },
      router_settings: ['x'],
    }
    expect(mistake({ config }).split('\n')).toEqual([
      'ConfigError: Invalid configuration in `config`:',
      '  - `model_list` must be a list, got a mapping.',
      '  - `general_settings.master_key` must be text, got a number (not shown). Put it in quotes.',
      '  - `general_settings.database_connection_pool_limit` must be a whole number of at least 1, got 0.',
      '  - `general_settings.user_api_key_cache_ttl` must be a number of seconds, for example 600, got text (not shown).',
      '  - `router_settings` must be a mapping, got a list.',
    ])
  })

  test.each([
    [{ databaseUrl: 'mysql://u:secret-a@h' }, {}, '`databaseUrl` must be'],
    [{ config: { litellm_db: { database_url: 'u:secret-a@h' } } }, {}, '`litellm_db.database_url` must be'],
    [{ config: { general_settings: { database_url: 'secret-a' } } }, {}, '`general_settings.database_url` must be'],
    [{}, { LITELLM_DATABASE_URL: 'secret-a' }, 'The environment variable LITELLM_DATABASE_URL must be'],
    [{}, { DATABASE_URL: 'secret-a' }, 'The environment variable DATABASE_URL must be'],
    [{}, { OPENAI_API_KEY: 'secret-a', OPENAI_BASE_URL: 'x' }, 'Invalid environment:'],
  ])('name their place and no secret: %#', (options, env, place) => {
    expect(mistake(options, env)).toContain(place)
    expect(mistake(options, env)).not.toContain('secret-a')
  })

  test('never repeat a secret, wherever it was put by mistake', () => {
    const secret = 'sk-very-secret'
    for (const name of Object.keys(optionsSchema.shape)) {
      for (const value of [secret, [secret], { [secret]: secret }]) {
        const section = { litellm_db: { [snakeCase(name)]: value }, general_settings: { master_key: [secret] } }
        expect(mistake({ [name]: value, [secret]: 1, isRequired: secret })).not.toContain(secret)
        expect(mistake({ config: section })).not.toContain(secret)
      }
    }
  })

  test('in the shape of litellm_db itself are told', () => {
    expect(mistake({ config: { litellm_db: true } })).toContain('`litellm_db` must be a mapping, got true.')
  })
})

describe('how calls are charged', () => {
  test('LiteLLM’s discounts and margins, as fractions', () => {
    const { pricing } = resolve({
      config: {
        litellm_settings: {
          cost_discount_config: { vertex_ai: '0.05' },
          cost_margin_config: { openai: 0.1, global: { percentage: 0.08, fixed_amount: 0.0005 } },
        },
      },
    })
    expect(pricing.discounts).toEqual({ vertex_ai: 0.05 })
    expect(pricing.margins).toEqual({ openai: 0.1, global: { percentage: 0.08, fixedAmount: 0.0005 } })
  })

  test('a discount of more than everything is a mistake', () => {
    const config = { litellm_settings: { cost_discount_config: { openai: 5 } } }
    expect(() => resolve({ config })).toThrow(/fraction/)
  })
})

describe('compat', () => {
  test.each(['current', '1.83', {}, { budgetStatus: 400, userBudgetExceededBy: '>' }] as const)(
    'may be %j',
    (compat) => {
      expect(resolve({ compat }).compat).toEqual(compat)
    },
  )

  test.each([[{ budgetStatus: 418 }], [{ budgetstatus: 400 }], ['1.82'], [400]])(
    'is not %j, and the message says what it may be',
    (compat) => {
      expect(mistake({ compat })).toContain('`compat')
      expect(mistake({ compat })).toContain('budgetStatus (400 or 422 or 429)')
    },
  )
})
