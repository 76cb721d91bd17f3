import { expect, test } from '@jest/globals'
import { redisOf } from '../../../src/config/redis.ts'

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
