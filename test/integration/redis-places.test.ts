import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openRedisStore } from '../../src/admission/limits/shared/redis-store.ts'
import { redisOf } from '../../src/config/redis.ts'
import { BatchStream } from '../../src/ledger/redis/batch-stream.ts'
import { openRedis } from '../../src/lib/redis/open-redis.ts'
import { RedisLock } from '../../src/lib/redis/redis-lock.ts'
import { cleanups } from '../support/cleanups.ts'
import { startProgram } from '../support/test-redis.ts'
import { until } from '../support/until.ts'

async function start(...flags: string[]): Promise<number> {
  const server = await startProgram(undefined, flags)
  cleanups.push(() => server.stop())
  return Number(new URL(server.url).port)
}

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
    const { id, ...found } = await use(await PLACES[place]())
    expect(found).toEqual({
      locked: [true, false, true, false, true],
      read: [{ id, sender: 'me', text: 'text' }],
      answers: [{ id }],
      count: 2,
      left: false,
    })
  })
}

const PLACES = {
  'a URL': async () => ({ REDIS_URL: `redis://127.0.0.1:${await start('--save', '')}` }),
  'a host': async () => {
    const port = await start('--save', '')
    const open = await openRedis({ host: '127.0.0.1', port }, {})
    await open.config('SET', 'requirepass', 'secret of the test')
    open.disconnect()
    return { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port), REDIS_PASSWORD: 'secret of the test' }
  },
  sentinels: async () => {
    const port = await start('--save', '')
    const dir = await mkdtemp(join(tmpdir(), 'sentinel-'))
    cleanups.push(() => rm(dir, { recursive: true, force: true }))
    const config = join(dir, 'sentinel.conf')
    await writeFile(config, `sentinel monitor main 127.0.0.1 ${port} 1\n`)
    const sentinel = await start(config, '--sentinel')
    return { REDIS_SENTINEL_NODES: `[["127.0.0.1", ${sentinel}]]`, REDIS_SERVICE_NAME: 'main' }
  },
  'a cluster': async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cluster-'))
    cleanups.push(() => rm(dir, { recursive: true, force: true }))
    const port = await start(
      '--dir',
      dir,
      '--cluster-enabled',
      'yes',
      '--cluster-announce-ip',
      '127.0.0.1',
      '--save',
      '',
    )
    const node = await openRedis({ host: '127.0.0.1', port }, {})
    await node.call('cluster', 'addslotsrange', '0', '16383')
    await until(async () => String(await node.call('cluster', 'info')).includes('cluster_state:ok'))
    node.disconnect()
    return { REDIS_CLUSTER_NODES: `[{"host": "127.0.0.1", "port": ${port}}]` }
  },
}
