import { expect, test } from '@jest/globals'
import { redisOf, routerRedisOf } from '../../../src/config/redis.ts'

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
  ['another cache', { cache_params: { type: 'local', host: 'c' } }, {}, undefined],
])('%s', (_, settings, env, expected) => {
  expect(JSON.parse(JSON.stringify(redisOf(settings, env) ?? null))).toEqual(expected ?? null)
})

test.each([
  [{ redis_url: 'redis://r' }, { url: 'redis://r' }],
  [
    { redis_host: 'r', redis_port: '7000', redis_password: 'p', redis_db: 2 },
    { host: 'r', port: 7000, password: 'p', db: 2 },
  ],
  [{ redis_host: 'r' }, { host: 'r', port: 6379 }],
  [{}, { url: 'redis://env' }],
])("the router's Redis, by router_settings %j, is %j", (settings, expected) => {
  expect(routerRedisOf(settings, {}, { REDIS_URL: 'redis://env' })).toEqual(expected)
})
