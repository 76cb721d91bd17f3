import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { MemoryRateCounters, type Place, type RateStore } from '../../../../../src/admission/limits/rate-counters.ts'
import { SharedPlaces } from '../../../../../src/admission/limits/shared/shared-places.ts'
import { SharedCounters, SharedStore } from '../../../../../src/admission/limits/shared/shared-store.ts'
import { GatewayEvents } from '../../../../../src/events.ts'
import { cleanups } from '../../../../support/cleanups.ts'
import { until } from '../../../../support/until.ts'

function setup({
  passOnStoreError = true,
  open,
}: {
  passOnStoreError?: boolean
  open?: () => Promise<RateStore>
} = {}) {
  const memory = new MemoryRateCounters()
  const taken = new Map<string, Place>()
  const store = { up: true, closed: false, taken, renewed: 0 }
  const whileUp = async <T>(answer: () => T | Promise<T>) => {
    if (!store.up) throw new Error('down')
    return await answer()
  }
  const counters: RateStore = {
    add: (...args) => whileUp(() => memory.add(...args)),
    enter: (place, limit) =>
      whileUp(() => {
        if (taken.size < limit) taken.set(place.callId, place)
        else return taken.size + 1
        return taken.size
      }),
    renew: (places) =>
      whileUp(() => {
        store.renewed += places.length
      }),
    leave: (places) =>
      whileUp(() => {
        for (const { callId } of places) taken.delete(callId)
      }),
    async close() {
      store.closed = true
    },
  }
  const events = new GatewayEvents()
  const told: string[] = []
  for (const name of ['limits:local', 'limits:shared'] as const) events.on(name, () => told.push(name))
  const shared = new SharedStore({ open: open ?? (async () => counters), passOnStoreError, events })
  const limits = new SharedCounters(shared)
  const places = new SharedPlaces({ store: shared, ttlMs: 30 })
  cleanups.push(() => places.close())
  return { shared, store, told, places, add: async (amount = 1) => (await limits.add('a', amount, 60_000)).count }
}

test('counts go to the store, and to this process while the store fails, which is told', async () => {
  const { add, store, told } = setup()
  expect([await add(), await add()]).toEqual([1, 2])
  store.up = false
  expect([await add(), await add()]).toEqual([1, 2])
  store.up = true
  expect(await add()).toBe(3)
  expect(told).toEqual(['limits:local', 'limits:shared'])
})

test('where the operator wants it, a store that fails refuses', async () => {
  const { add, store } = setup({ passOnStoreError: false })
  store.up = false
  await expect(add()).rejects.toMatchObject({ code: 'limit_store_unavailable', status: 503 })
})

test('packages that are missing are a store that fails', async () => {
  const { add, shared, told } = setup({ open: () => Promise.reject(new Error("Cannot find package 'ioredis'")) })
  expect(await add()).toBe(1)
  expect(told).toEqual(['limits:local'])
  await shared.close()
})

test('what was opened is closed', async () => {
  const { add, shared, store } = setup()
  await add()
  await shared.close()
  expect(store.closed).toBe(true)
})

test('a place is taken in the store, renewed while the call runs, and given back', async () => {
  const { places, store } = setup()
  expect([await places.enter('c', 'a', 1), await places.enter('c', 'b', 1)]).toEqual([1, 2])
  await until(() => store.renewed >= 2)
  places.leave('a')
  await until(() => store.taken.size === 0)
  expect(await places.enter('c', 'b', 1)).toBe(1)
  // The one that was refused has nothing to give back; what has left is not renewed.
  places.leave('b')
  places.leave('unknown')
  await until(() => store.taken.size === 0)
  const before = store.renewed
  await sleep(50)
  expect(store.renewed).toBe(before)
})

test('while the store fails places are those of this process, and are given back there', async () => {
  const { places, store, told } = setup()
  store.up = false
  expect([await places.enter('c', 'a', 1), await places.enter('c', 'b', 1)]).toEqual([1, 2])
  places.leave('a')
  expect(await places.enter('c', 'b', 1)).toBe(1)
  expect(told).toEqual(['limits:local'])
})

test('where the operator wants it, a store that fails gives no place', async () => {
  const { places, store } = setup({ passOnStoreError: false })
  store.up = false
  await expect(places.enter('c', 'a', 1)).rejects.toMatchObject({ code: 'limit_store_unavailable' })
})
