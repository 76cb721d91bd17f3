import { expect, test } from '@jest/globals'
import { createRedisStore } from '../../src/cache/store/redis-store.ts'
import { redisOf } from '../../src/config/redis.ts'
import { openRedis } from '../../src/lib/redis/open-redis.ts'
import { cleanups } from '../support/cleanups.ts'
import { REDIS_PLACES } from '../support/redis-places.ts'
import { startProgram } from '../support/test-redis.ts'

const program = await startProgram().catch(() => undefined)
await program?.stop()

const keyOf = (namespace: string, digit: string) => `${namespace}:${digit.repeat(64)}`

if (!program) {
  test('without a redis-server the cache in Redis is not tested', () => {
    process.stderr.write('No redis-server: the cache behind Sentinel and in a cluster was not tested.\n')
  })
} else {
  test.each(['a URL', 'a host', 'sentinels', 'a cluster'] as const)(
    'answers are kept in a Redis at %s',
    async (place) => {
      const address = redisOf(await REDIS_PLACES[place]())!
      const store = createRedisStore({ address, waitMs: 10_000 })
      cleanups.push(() => store.close())
      const keys = ['0', '1', '2', 'a', 'b'].map((digit) => keyOf('n', digit))
      expect(await store.get(keys[0]!)).toBeUndefined()
      for (const key of keys) await store.set(key, `é ${key}`, 60_000)
      expect(await store.get(keys[0]!)).toBe(`é ${keys[0]}`)
      await store.delete(keys.slice(0, 2))
      expect(await store.get(keys[1]!)).toBeUndefined()
      await store.set(keyOf('other', '0'), 'v', 60_000)
      const redis = await openRedis(address, {})
      cleanups.push(async () => redis.disconnect())
      await redis.set('n:{api_key:x}:tokens', '5')
      expect(await store.flush('n')).toBe(3)
      expect(await store.get(keys[3]!)).toBeUndefined()
      expect(await store.get(keyOf('other', '0'))).toBe('v')
      expect(await redis.get('n:{api_key:x}:tokens')).toBe('5')
      const { clients, info } = await store.facts()
      expect(clients?.length).toBeGreaterThan(0)
      expect(info.redis_version).toMatch(/^\d/)
      await store.ping()
    },
  )

  test('an error quotes neither key nor value', async () => {
    const address = redisOf(await REDIS_PLACES['a URL']())!
    const store = createRedisStore({ address, waitMs: 10_000 })
    cleanups.push(() => store.close())
    const error = await store.set('the-key', 'the-answer', -5).then(
      () => undefined,
      (thrown: Error) => thrown,
    )
    expect(error).toBeInstanceOf(Error)
    expect(JSON.stringify({ ...error, message: error!.message, stack: error!.stack })).not.toMatch(/the-key|the-answer/)
  })
}
