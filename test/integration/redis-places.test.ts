import { expect, test } from '@jest/globals'
import { openRedisStore } from '../../src/admission/limits/shared/redis-store.ts'
import { redisOf } from '../../src/config/redis.ts'
import { BatchStream } from '../../src/ledger/redis/batch-stream.ts'
import { openRedis } from '../../src/lib/redis/open-redis.ts'
import { RedisLock } from '../../src/lib/redis/redis-lock.ts'
import { cleanups } from '../support/cleanups.ts'
import { REDIS_PLACES } from '../support/redis-places.ts'
import { startProgram } from '../support/test-redis.ts'
import { until } from '../support/until.ts'

/** One round of all that is done with Redis, at the place that these variables name. */
async function use(env: Record<string, string>) {
  const address = redisOf(env, undefined)!
  const redis = await openRedis(address, {})
  cleanups.push(async () => redis.disconnect())
  const stream = new BatchStream(redis, 'test')
  const lock = new RedisLock(redis, '{test}:lock', 'me', 10_000)
  const rival = new RedisLock(redis, '{test}:lock', 'you', 10_000)
  const locked = [await lock.take(), await rival.take(), await lock.take()]
  await rival.release()
  locked.push(await rival.take())
  await lock.release()
  locked.push(await rival.take())
  const id = await stream.add('me', 'text')
  const read = await stream.read('new', 10)
  await stream.settle(read)
  const answers = await stream.answers('me')
  const counters = await openRedisStore(address)
  cleanups.push(() => counters.close())
  let count: number | undefined
  await until(async () => {
    count = await counters.add('a', 2, 60_000).then(
      (added) => added.count,
      () => undefined,
    )
    return count !== undefined
  })
  return { id, locked, read, answers, count, left: await stream.has(id) }
}

const program = await startProgram().catch(() => undefined)
await program?.stop()

if (!program) {
  test('without a redis-server neither Sentinel nor Cluster is tested', () => {
    process.stderr.write('No redis-server: Redis behind Sentinel and Redis Cluster were not tested.\n')
  })
} else {
  test.each(['a URL', 'a host', 'sentinels', 'a cluster'] as const)('Redis at %s', async (place) => {
    const { id, ...found } = await use(await REDIS_PLACES[place]())
    expect(found).toEqual({
      locked: [true, false, true, false, true],
      read: [{ id, sender: 'me', text: 'text' }],
      answers: [{ id }],
      count: 2,
      left: false,
    })
  })
}
