import { expect, test } from '@jest/globals'
import { resolveOptions } from '../../../src/config/options.ts'

const resolve = (litellm_settings: object, env: Record<string, string> = {}, options: object = {}) =>
  resolveOptions({ config: { litellm_settings }, ...options }, env, '/nowhere')

test('without `cache: true` there is no cache, whatever its parameters', () => {
  const { cache, ignored } = resolve({ cache_params: { type: 'local', nonsense: 1 } })
  expect(cache).toBeUndefined()
  expect(ignored).toEqual(['litellm_settings.cache_params.nonsense'])
})

test('defaults are those of LiteLLM', () => {
  const { cache, ignored } = resolve({ cache: true }, { REDIS_HOST: 'redis' })
  expect(cache).toEqual({
    ...{ type: 'redis', redis: { host: 'redis', port: 6379 }, mode: 'default_on', maxMessages: 4, scope: 'shared' },
    ...{ maxBytes: 8 << 20, keysAllParams: false, waitMs: 500, staleMs: 0 },
  })
  expect(ignored).toEqual([])
})

test('all parameters are acted on', () => {
  const { cache } = resolve({
    cache: true,
    cache_params: {
      ...{ type: 'local', ttl: 5, default_in_memory_ttl: 7.9, default_in_redis_ttl: 9, namespace: 'n' },
      ...{ supported_call_types: ['acompletion'], mode: 'default_off', max_messages: 9, socket_timeout: 0.2 },
      ...{ scope: 'team', max_bytes: 10, stale_while_revalidate: 30 },
    },
    enable_caching_on_provider_specific_optional_params: true,
  })
  expect(cache).toEqual({
    ...{
      type: 'local',
      ttlSeconds: 7,
      namespace: 'n',
      callTypes: ['acompletion'],
      mode: 'default_off',
      maxMessages: 9,
    },
    ...{ scope: 'team', maxBytes: 10, keysAllParams: true, waitMs: 200, staleMs: 30_000 },
  })
})

test.each([
  ['its own', { default_in_redis_ttl: 3, ttl: 4 }, 3],
  ['the general one', { ttl: 4 }, 4],
  ['that of the section', {}, 5],
])('in Redis an answer is kept for %s time', (_, params, ttlSeconds) => {
  const { cache } = resolve({ cache: true, cache_params: { host: 'h', ...params }, default_redis_ttl: 5 })
  expect(cache?.ttlSeconds).toBe(ttlSeconds)
})

test('`max_messages: null` is no limit', () => {
  const { cache, ignored } = resolve({ cache: true, cache_params: { type: 'local', max_messages: null } })
  expect(cache?.maxMessages).toBeUndefined()
  expect(ignored).toEqual([])
})

test.each([
  [{}, ['litellm_settings.cache (no Redis is named)']],
  [
    { type: 's3', s3_bucket_name: 'b' },
    ['litellm_settings.cache_params.s3_bucket_name', 'litellm_settings.cache_params.type: s3 (only redis and local)'],
  ],
  [{ type: 'redis-semantic' }, ['litellm_settings.cache_params.type: redis-semantic (only redis and local)']],
])('a cache that cannot be had is named, and calls are made: %j', (cache_params, named) => {
  const { cache, ignored } = resolve({ cache: true, cache_params })
  expect(cache).toBeUndefined()
  expect(ignored).toEqual(named)
})

test('a parameter that is not known, and a call type, is named', () => {
  const { ignored } = resolve({
    cache: true,
    cache_params: {
      type: 'local',
      namespce: 'n',
      redis_flush_size: 10,
      supported_call_types: ['acompletion', 'aspeech'],
    },
  })
  expect(ignored).toEqual([
    'litellm_settings.cache_params.namespce (did you mean namespace?)',
    'litellm_settings.cache_params.redis_flush_size',
    'litellm_settings.cache_params.supported_call_types: aspeech',
  ])
})

test.each([
  [{ cache: 1 }, /litellm_settings\.cache/],
  [{ cache_params: { ttl: 'soon' } }, /cache_params\.ttl/],
  [{ cache_params: { mode: 'on' } }, /default_on, default_off/],
  [{ cache_params: { scope: 'user' } }, /shared, team, key/],
])('a wrong type is an error: %j', (settings, message) => {
  expect(() => resolve({ cache: true, ...settings })).toThrow(message)
})

test('a store of the user switches the cache on', () => {
  const cacheStore = { get: async () => undefined, set: async () => {}, delete: async () => {} }
  const { cache } = resolve({ cache_params: { ttl: 9 } }, {}, { cacheStore })
  expect(cache).toMatchObject({ type: 'own', store: cacheStore, ttlSeconds: 9 })
  expect(() => resolve({}, {}, { cacheStore: { get: async () => undefined } })).toThrow(/cacheStore/)
})
