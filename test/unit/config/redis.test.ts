import { expect, test } from '@jest/globals'
import { resolveOptions } from '../../../src/config/options.ts'

test.each([
  ['nothing', {}, {}, undefined],
  ['a URL of the environment', {}, { REDIS_URL: 'redis://r' }, { url: 'redis://r' }],
  ['a host of the environment', {}, { REDIS_HOST: 'r', REDIS_PASSWORD: 'p' }, { host: 'r', port: 6379, password: 'p' }],
  ['a host and a port', {}, { REDIS_HOST: 'r', REDIS_PORT: '7' }, { host: 'r', port: 7 }],
  [
    'cache_params',
    { cache_params: { type: 'redis', host: 'c', port: '8' } },
    { REDIS_URL: 'redis://r' },
    { host: 'c', port: 8 },
  ],
  ['cache_params with a URL', { cache_params: { url: 'redis://c' } }, {}, { url: 'redis://c' }],
  [
    'cache_params without an address',
    { cache_params: { type: 'redis' } },
    { REDIS_HOST: 'r' },
    { host: 'r', port: 6379 },
  ],
  [
    'a cluster of the environment, before a host',
    {},
    { REDIS_CLUSTER_NODES: '[{"host": "a", "port": "7000"}]', REDIS_HOST: 'r', REDIS_PASSWORD: 'p' },
    { cluster: [{ host: 'a', port: 7000 }], password: 'p' },
  ],
  [
    'a cluster of the file',
    { cache_params: { type: 'redis', redis_startup_nodes: [{ host: 'a', port: 7000 }], ssl: true } },
    {},
    { cluster: [{ host: 'a', port: 7000 }], tls: true },
  ],
  [
    'sentinels of the environment',
    {},
    { REDIS_SENTINEL_NODES: '[["s", 26379]]', REDIS_SERVICE_NAME: 'main', REDIS_SENTINEL_PASSWORD: 'q', REDIS_DB: '2' },
    { sentinel: { nodes: [{ host: 's', port: 26379 }], service: 'main', password: 'q' }, db: 2 },
  ],
  ['another cache', { cache_params: { type: 'local', host: 'c' } }, {}, undefined],
])('%s', (_, litellm_settings, env, expected) => {
  const { redis } = resolveOptions({ config: { litellm_settings } }, env)
  expect(JSON.parse(JSON.stringify(redis ?? null))).toEqual(expected ?? null)
})

test.each([
  [{ REDIS_CLUSTER_NODES: 'a:7000' }, '`REDIS_CLUSTER_NODES` must be a list of hosts and ports'],
  [{ REDIS_SENTINEL_NODES: '[["s", 26379]]' }, '`REDIS_SENTINEL_NODES` needs `REDIS_SERVICE_NAME`'],
])('a place that cannot be read is a mistake in the configuration: %j', (env, message) => {
  expect(() => resolveOptions({ config: {} }, env)).toThrow(message)
})

test.each(['redis_startup_nodes', 'sentinel_nodes'])('so is one of the file: %s', (name) => {
  const config = { litellm_settings: { cache_params: { type: 'redis', [name]: 'a:7000' } } }
  expect(() => resolveOptions({ config }, {})).toThrow(
    `\`litellm_settings.cache_params.${name}\` must be a list of hosts and ports`,
  )
})

test('sentinels of the file', () => {
  const cache_params = { sentinel_nodes: '[["s", "26379"]]', service_name: 'main', sentinel_password: 'q' }
  const { redis } = resolveOptions({ config: { litellm_settings: { cache_params } } }, {})
  expect(redis).toMatchObject({ sentinel: { nodes: [{ host: 's', port: 26379 }], service: 'main', password: 'q' } })
})

test('the Redis buffer needs a Redis', () => {
  const config = { general_settings: { use_redis_transaction_buffer: true } }
  expect(() => resolveOptions({ useRedisTransactionBuffer: true }, {})).toThrow(
    /`useRedisTransactionBuffer` .* needs a Redis/,
  )
  const without = resolveOptions({ config }, {})
  expect(without.spendBuffer).toBeUndefined()
  expect(without.ignored).toEqual(['general_settings.use_redis_transaction_buffer (no Redis is named)'])
  expect(resolveOptions({ config }, { REDIS_URL: 'redis://r' }).spendBuffer).toEqual({ url: 'redis://r' })
  expect(resolveOptions({}, { REDIS_URL: 'redis://r' }).spendBuffer).toBeUndefined()
})

test.each([
  [{ redis_url: 'redis://r' }, { url: 'redis://r' }],
  [
    { redis_host: 'r', redis_port: '7000', redis_password: 'p', redis_db: 2 },
    { host: 'r', port: 7000, password: 'p', db: 2 },
  ],
  [{ redis_host: 'r' }, { host: 'r', port: 6379 }],
  [{}, { url: 'redis://env' }],
])("the router's Redis, by router_settings %j, is %j", (router_settings, expected) => {
  const env = { REDIS_URL: 'redis://env' }
  const { routerRedis } = resolveOptions({ config: { router_settings } }, env)
  expect(routerRedis).toEqual(expected)
})
