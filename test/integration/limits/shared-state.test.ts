import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../src/events.ts'
import { type OpenExchange, openRedisExchange } from '../../../src/models/routing/shared/redis-exchange.ts'
import { SharedState } from '../../../src/models/routing/shared/shared-state.ts'
import { cleanups } from '../../support/cleanups.ts'
import { startProgram } from '../../support/test-redis.ts'
import { until } from '../../support/until.ts'

const NEVER_MS = 1e9
const url = process.env.TEST_REDIS_URL

/** States of several processes, which exchange when they are told to. */
function setup({
  address = url,
  count = 2,
  open,
}: {
  address?: string
  count?: number
  open?: () => Promise<OpenExchange>
} = {}) {
  const told: string[] = []
  const states = Array.from({ length: count }, () => {
    const events = new GatewayEvents()
    events.on('routing:local', () => told.push('local'))
    events.on('routing:shared', () => told.push('shared'))
    const state = new SharedState({
      events,
      open: open ?? (() => openRedisExchange({ url: address! })),
      intervalMs: NEVER_MS,
    })
    cleanups.push(() => state.close())
    return state
  })
  const run = randomUUID()
  const key = (name: string) => `${run}:${name}`
  const exchange = async () => {
    for (const state of states) await state.exchange()
  }
  /** Until all of them have reached their Redis. */
  const connected = async () => {
    for (const state of states) state.count(key('any'))
    const waiting = () =>
      told.filter((name) => name === 'local').length - told.filter((name) => name === 'shared').length
    do {
      await exchange()
      await new Promise(setImmediate)
    } while (waiting() > 0)
    told.length = 0
  }
  const [one, two] = states as [SharedState, SharedState]
  return { one, two, key, exchange, connected, told }
}

if (url) {
  describe('two processes on one Redis', () => {
    test('count together, each at once what is its own', async () => {
      const { one, two, key, exchange, connected } = setup()
      await connected()
      const name = key('tpm')
      two.count(name)
      expect(one.add(name, 10, 60_000)).toBe(10)
      expect(two.add(name, 5, 60_000)).toBe(5)
      await exchange()
      await exchange()
      expect([one.count(name), two.count(name)]).toEqual([15, 15])
      expect(one.add(name, 1, 60_000)).toBe(16)
    })

    test('what happens during an exchange is not lost', async () => {
      const { one, two, key, exchange, connected } = setup()
      await connected()
      const name = key('tpm')
      one.add(name, 1, 60_000)
      const under = one.exchange()
      one.add(name, 2, 60_000)
      await under
      expect(one.count(name)).toBe(3)
      two.count(name)
      await exchange()
      expect(two.count(name)).toBe(3)
    })

    test('know of calls under way, and of none when the process that had them closes', async () => {
      const { one, two, key, exchange, connected } = setup()
      await connected()
      const name = key('under-way')
      one.add(name, 1, Number.POSITIVE_INFINITY)
      one.add(name, 1, Number.POSITIVE_INFINITY)
      two.add(name, 1, Number.POSITIVE_INFINITY)
      await exchange()
      await exchange()
      expect([one.count(name), two.count(name)]).toEqual([3, 3])
      one.add(name, -1, Number.POSITIVE_INFINITY)
      await exchange()
      expect(two.count(name)).toBe(2)
      await one.close()
      await two.exchange()
      expect(two.count(name)).toBe(1)
    })

    test('forget what a process has contributed that died', async () => {
      const store = await openRedisExchange({ url })
      cleanups.push(store.close)
      const name = `${randomUUID()}:under-way`
      const ask = { adds: [], gauges: [], pushes: [], marks: [], keys: [name], goneMs: 40 }
      const alive = () => store.exchange({ ...ask, process: 'alive', gauges: [[name, 1]] })
      while ((await alive().catch(() => [])).length === 0) await new Promise(setImmediate)
      await store.exchange({ ...ask, process: 'dead', gauges: [[name, 3]] })
      expect(await alive()).toEqual([{ others: 3 }])
      let [known] = await alive()
      while (known && 'others' in known && known.others > 0) [known] = await alive()
      expect(known).toEqual({ others: 0 })
    })

    test('see a mark and its end, also one that was set before they began', async () => {
      const { one, two, key, exchange, connected } = setup()
      await connected()
      const name = key('cooldown')
      two.markedMs(name)
      one.mark(name, 60_000)
      await exchange()
      expect(two.markedMs(name)).toBeGreaterThan(59_000)
      const late = setup({ count: 1 })
      await late.connected()
      late.one.markedMs(name)
      await late.exchange()
      expect(late.one.markedMs(name)).toBeGreaterThan(58_000)
      const short = key('short')
      one.mark(short, 30)
      two.markedMs(short)
      await exchange()
      while (two.markedMs(short) > 0) await two.exchange()
    })

    test('keep the newest samples of all', async () => {
      const { one, two, key, exchange, connected } = setup()
      await connected()
      const name = key('latency')
      for (const sample of [1, 2, 3]) one.push(name, sample, 4, 60_000)
      two.push(name, 0.25, 4, 60_000)
      await exchange()
      two.push(name, 0.5, 4, 60_000)
      await exchange()
      await exchange()
      expect(two.samples(name)).toEqual([2, 3, 0.25, 0.5])
      expect(one.samples(name)).toEqual([2, 3, 0.25, 0.5])
    })
  })
} else {
  test('without a Redis only what one process remembers is tested', () => {
    process.stderr.write('No Redis: what routers share through it was not tested.\n')
  })
}

test('while Redis is away each process goes on with its own, says so once, and tells its marks later', async () => {
  const redis = await startProgram().catch(() => undefined)
  if (!redis) return void process.stderr.write('No redis-server: its outage was tested on a store that fails.\n')
  const port = Number(new URL(redis.url).port)
  const { one, two, key, exchange, connected, told } = setup({ address: redis.url })
  await connected()
  const [count, mark] = [key('count'), key('mark')]
  one.add(count, 1, 60_000)
  two.count(count)
  await exchange()
  expect(two.count(count)).toBe(1)
  await redis.stop()
  one.add(count, 1, 60_000)
  one.mark(mark, 60_000)
  two.markedMs(mark)
  await exchange()
  await exchange()
  expect([one.count(count), two.count(count)]).toEqual([2, 1])
  expect([one.markedMs(mark) > 0, two.markedMs(mark)]).toEqual([true, 0])
  expect(told).toEqual(['local', 'local'])
  const again = await startProgram(port)
  cleanups.unshift(again.stop)
  await until(async () => {
    await exchange()
    return told.length >= 4
  })
  expect(told.slice(2)).toEqual(['shared', 'shared'])
  await exchange()
  expect(two.markedMs(mark)).toBeGreaterThan(0)
})

test('a store that never opens is told as an event, and the state works', async () => {
  const { one, told } = setup({ count: 1, open: () => Promise.reject(new Error('no package')) })
  expect(one.add('a', 2, 60_000)).toBe(2)
  await one.exchange()
  expect(one.count('a')).toBe(2)
  expect(told).toEqual(['local'])
})
