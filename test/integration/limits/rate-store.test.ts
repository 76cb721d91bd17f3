import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { RateStore } from '../../../src/admission/limits/rate-counters.ts'
import { openPostgresRateStore } from '../../../src/admission/limits/shared/postgres-rate-store.ts'
import { openRedisStore } from '../../../src/admission/limits/shared/redis-store.ts'
import { SharedPlaces } from '../../../src/admission/limits/shared/shared-places.ts'
import { SharedStore } from '../../../src/admission/limits/shared/shared-store.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'

type Open = () => Promise<RateStore>

/** Opens the stores of as many processes as one likes, which share one PostgreSQL, or one Redis. */
const STORES: Record<string, () => Promise<Open>> = {
  async PostgreSQL() {
    const { sql, drop } = await createTestDatabase()
    cleanups.push(drop)
    return async () => openPostgresRateStore({ sql, timeoutMs: 20_000 })
  },
}
const redisUrl = process.env.TEST_REDIS_URL
if (redisUrl) {
  STORES.Redis = async () => () => openRedisStore({ url: redisUrl })
} else {
  test('without a Redis: the store in PostgreSQL is tested, the one in Redis is not', () => {
    process.stderr.write('No Redis: the shared store of limits was tested in PostgreSQL only.\n')
  })
}

describe.each(Object.entries(STORES))('a store in %s', (_, make) => {
  async function setup() {
    const open = await make()
    const counter = `{api_key:${randomUUID()}}:x`
    const connected = async () => {
      const store = await open()
      cleanups.push(() => store.close())
      // Without a wait: the first call of a gateway must not be counted for one process only.
      expect((await store.add(`${counter}:${randomUUID()}`, 1, 1_000)).count).toBe(1)
      return store
    }
    return { counter, open: connected }
  }

  /** The places of a process of its own. */
  function placesOn(store: RateStore, ttlMs = 30_000) {
    const shared = new SharedStore({ open: async () => store, passOnStoreError: false, events: new GatewayEvents() })
    const places = new SharedPlaces({ store: shared, ttlMs })
    cleanups.push(() => places.close())
    return places
  }

  test('adds up what several processes count at once, each number once', async () => {
    const { counter, open } = await setup()
    const stores = [await open(), await open(), await open()]
    const counts = await Promise.all(Array.from({ length: 60 }, (_, i) => stores[i % 3]!.add(counter, 1, 60_000)))
    expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect((await stores[0]!.add(counter, -20, 60_000)).count).toBe(40)
  })

  test('begins a window with the first addition, does not move it, and then begins anew', async () => {
    const { counter, open } = await setup()
    const store = await open()
    const first = await store.add(counter, 5, 60_000)
    expect(first.resetsInMs).toBeGreaterThan(0)
    expect(first.resetsInMs).toBeLessThanOrEqual(60_000)
    let count = first.count
    await until(async () => {
      const next = await store.add(counter, 1, 60_000)
      expect(next.count).toBe(++count)
      return next.resetsInMs < first.resetsInMs
    })
    await store.add(`${counter}:short`, 5, 200)
    await until(async () => (await store.add(`${counter}:short`, 1, 200)).count === 1)
  })

  test('gives as many places as are allowed to the calls of all processes', async () => {
    const { counter, open } = await setup()
    const processes = [placesOn(await open()), placesOn(await open()), placesOn(await open())]
    const used = await Promise.all(
      Array.from({ length: 400 }, (_, call) => processes[call % 3]!.enter(counter, `${call}`, 200)),
    )
    const taken = used.filter((count) => count <= 200).sort((a, b) => a - b)
    expect(taken).toEqual(Array.from({ length: 200 }, (_, place) => place + 1))
    expect(used.filter((count) => count > 200)).toEqual(Array(200).fill(201))
  })

  test('gives a place that was given back to a call of another process, and one call no second place', async () => {
    const { counter, open } = await setup()
    const [one, other] = [placesOn(await open()), placesOn(await open())]
    expect([await one.enter(counter, 'a', 1), await one.enter(counter, 'a', 1)]).toEqual([1, 1])
    expect(await other.enter(counter, 'b', 1)).toBe(2)
    one.leave('a')
    await until(async () => (await other.enter(counter, 'b', 1)) === 1)
  })

  test('keeps the places of long calls, and frees those of a process that was killed', async () => {
    const { counter, open } = await setup()
    const [living, killed, other] = [
      placesOn(await open(), 3_000),
      placesOn(await open(), 3_000),
      placesOn(await open()),
    ]
    await living.enter(counter, 'long', 2)
    await killed.enter(counter, 'lost', 2)
    killed.close()
    expect(await other.enter(counter, 'next', 2)).toBe(3)
    // The place of the long call was taken first: without renewal it would be free by then too.
    await until(async () => (await other.enter(counter, 'next', 2)) === 2)
    expect(await other.enter(counter, 'one more', 2)).toBe(3)
  })
})

test('PostgreSQL is cleared of what is over, and of nothing else', async () => {
  const { sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const store = openPostgresRateStore({ sql, cleanEveryMs: 50 })
  cleanups.push(() => store.close())
  await store.add('over', 1, 20)
  await store.add('open', 1, 60_000)
  await store.enter({ counter: 'c', callId: 'over' }, 5, 20)
  await store.enter({ counter: 'c', callId: 'running' }, 5, 60_000)
  const left = async () =>
    (await sql`select counter as name from express_litellm.rates union all select call_id from express_litellm.places`)
      .map(({ name }) => name)
      .sort()
  await until(async () => (await left()).length <= 2)
  expect(await left()).toEqual(['open', 'running'])
})

test('while PostgreSQL is away it says so, and is asked again', async () => {
  const { sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const store = openPostgresRateStore({ sql })
  cleanups.push(() => store.close())
  await store.add('a', 1, 60_000)
  await sql`alter table express_litellm.rates rename to gone`
  await expect(store.add('a', 1, 60_000)).rejects.toThrow('rates')
  await expect(store.add('a', 1, 60_000)).rejects.toThrow('a moment ago')
  await sql`alter table express_litellm.gone rename to rates`
  let count: number | undefined
  await until(async () => {
    count = await store.add('a', 1, 60_000).then(
      (added) => added.count,
      () => undefined,
    )
    return count !== undefined
  })
  expect(count).toBe(2)
})
