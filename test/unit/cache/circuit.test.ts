import { expect, test } from '@jest/globals'
import type { ManagedStore } from '../../../src/cache/store/cache-store.ts'
import { createLocalStore } from '../../../src/cache/store/cache-store.ts'
import { Circuit } from '../../../src/cache/store/circuit.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { until } from '../../support/until.ts'

const NEVER = new Promise<never>(() => {})

function setup(more: Partial<ManagedStore> = {}, waitMs = 50) {
  const events = new GatewayEvents()
  const told: string[] = []
  for (const name of ['cache:away', 'cache:back', 'cache:unwritten'] as const)
    events.on(name, () => void told.push(name))
  let asked = 0
  const store: ManagedStore = { ...createLocalStore(), ...more }
  const circuit = new Circuit({ store, waitMs, openMs: 5, events })
  const get = () =>
    circuit.ask((found) => {
      asked++
      return found.get('k')
    })
  return { circuit, store, told, get, asked: () => asked }
}

test('a store that does not answer is asked once; then everything is a miss', async () => {
  const { circuit, get, told, asked } = setup({ get: () => NEVER, ping: () => NEVER })
  await Promise.all([get(), get()])
  for (let call = 0; call < 10; call++) expect(await get()).toBeUndefined()
  expect(asked()).toBe(2)
  expect(told).toEqual(['cache:away'])
  expect(circuit.isAway).toBe(true)
  await circuit.close()
})

test('it is asked in the background until it answers', async () => {
  let answers = false
  const { circuit, store, get, told } = setup({
    ping: () => (answers ? Promise.resolve() : Promise.reject(new Error('no'))),
  })
  await store.set('k', 'v', 60_000)
  await circuit.ask(() => Promise.reject(new Error('no')))
  expect(await get()).toBeUndefined()
  answers = true
  await until(() => told.includes('cache:back'))
  expect(await get()).toBe('v')
  await circuit.close()
})

test('a value that it refuses is told once, and what it has can still be read', async () => {
  const { circuit, told, get } = setup()
  const refuse = () => circuit.keep(() => Promise.reject(new Error('OOM')))
  expect([await refuse(), await refuse()]).toEqual([false, false])
  expect(told).toEqual(['cache:unwritten'])
  expect(await circuit.keep((store) => store.set('k', 'v', 60_000))).toBe(true)
  expect(await get()).toBe('v')
  await refuse()
  expect(told).toEqual(['cache:unwritten', 'cache:unwritten'])
  await circuit.close()
})

test('a circuit that is closed asks nothing', async () => {
  const { circuit, get, asked } = setup()
  await circuit.close()
  expect(await get()).toBeUndefined()
  expect(await circuit.keep(() => Promise.reject(new Error('no')))).toBe(false)
  expect(asked()).toBe(0)
})

test('the store in memory holds 200 answers of at most 1 MiB, each for its time', async () => {
  const store = createLocalStore()
  for (let key = 0; key < 201; key++) await store.set(`k${key}`, 'v', 60_000)
  expect(await store.get('k0')).toBeUndefined()
  expect(await store.get('k200')).toBe('v')
  await store.set('large', 'x'.repeat((1 << 20) + 1), 60_000)
  expect(await store.get('large')).toBeUndefined()
  await store.set('short', 'v', 1)
  await until(async () => (await store.get('short')) === undefined)
})
