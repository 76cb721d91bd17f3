import { expect, test } from '@jest/globals'
import { MemoryRateCounters } from '../../../src/auth/rate-counters.ts'
import { GatewayEvents } from '../../../src/events.ts'
import type { OpenCounters } from '../../../src/limits/redis-counters.ts'
import { SharedCounters } from '../../../src/limits/shared-counters.ts'

function setup({
  passOnStoreError = true,
  open,
}: {
  passOnStoreError?: boolean
  open?: () => Promise<OpenCounters>
} = {}) {
  const memory = new MemoryRateCounters()
  const store = { up: true, closed: false }
  const counters: OpenCounters = {
    add: (...args) => (store.up ? memory.add(...args) : Promise.reject(new Error('down'))),
    async close() {
      store.closed = true
    },
  }
  const events = new GatewayEvents()
  const told: string[] = []
  for (const name of ['limits:local', 'limits:shared'] as const) events.on(name, () => told.push(name))
  const shared = new SharedCounters({ open: open ?? (async () => counters), passOnStoreError, events })
  return { shared, store, told, add: async (amount = 1) => (await shared.add('a', amount, 60_000)).count }
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
