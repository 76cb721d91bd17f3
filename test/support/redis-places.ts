import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedis } from '../../src/lib/redis/open-redis.ts'
import { cleanups } from './cleanups.ts'
import { startProgram } from './test-redis.ts'
import { until } from './until.ts'

async function start(...flags: string[]): Promise<number> {
  const server = await startProgram(undefined, flags)
  cleanups.push(() => server.stop())
  return Number(new URL(server.url).port)
}

/** Starts a Redis of each kind, and says by which variables it is found. It needs the program `redis-server`. */
export const REDIS_PLACES = {
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
