import { expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../src/events.ts'
import type { Delivery } from '../../../src/signals/outbox/delivery.ts'
import type { Outbox } from '../../../src/signals/outbox/outbox.ts'
import { besideLedger, withCallbacks } from '../../../src/signals/signals.ts'
import type { SpendEvent, SpendSink } from '../../../src/types.ts'
import { spendEvent } from '../../support/spend-event.ts'

const PAYLOAD = { redactsMessages: false, redactsKey: false, excluded: [], tags: {} }

function setup({
  durable = true,
  hears,
  record,
}: {
  durable?: boolean
  hears?: Outbox['hears']
  record?: SpendSink['record']
} = {}) {
  const added: Delivery[] = []
  const recorded: SpendEvent[] = []
  const events = new GatewayEvents()
  const gate = Promise.withResolvers<void>()
  const outbox: Outbox = {
    name: 'one',
    hears,
    async add(delivery) {
      added.push(delivery)
      await gate.promise
    },
    gauges: () => ({ waiting: 0, oldestMs: 0, delivered: 0, retries: 0, refused: 0, dropped: 0 }),
    flush: async () => {},
    close: async () => {},
  }
  const sink: SpendSink = {
    record: record ?? ((event) => void recorded.push(event)),
    flush: async () => {},
    close: async () => {},
  }
  return {
    added,
    recorded,
    events,
    keep: gate.resolve,
    sink: withCallbacks(sink, { outboxes: [outbox], outboxOfKeys: () => outbox, payload: PAYLOAD, events, durable }),
  }
}

const FAILED = { status: 'failure', statusCode: 500, error: { code: '500', class: 'X', message: '' } } as const

test('where calls are durable, a response waits until its call is kept for the callbacks too', async () => {
  const { sink, keep, recorded } = setup()
  let ended = false
  const done = Promise.resolve(sink.record(spendEvent())).then(() => {
    ended = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect([sink.durable, recorded.length, ended]).toEqual([true, 1, false])
  keep()
  await done
})

test('in memory no response waits', () => {
  const { sink, added } = setup({ durable: false })
  expect(sink.record(spendEvent())).toBeUndefined()
  expect([sink.durable, added.length]).toEqual([false, 1])
})

test('what the ledger says of a call is said on, after the call is kept', async () => {
  const { sink, keep, added } = setup({ record: () => Promise.reject(new Error('full')) })
  keep()
  await expect(sink.record(spendEvent())).rejects.toThrow('full')
  expect(added.length).toBe(1)
})

test.each([
  ['success', ['success']],
  ['failure', ['failure']],
  [undefined, ['success', 'failure']],
] as const)('a callback that hears of %s', (hears, heard) => {
  const { sink, added } = setup({ hears, durable: false })
  void sink.record(spendEvent())
  void sink.record(spendEvent({ outcome: FAILED }))
  expect(added.map(({ status }) => status)).toEqual(heard)
})

test('a payload that cannot be made is a fault, and the call is recorded', () => {
  const { sink, recorded, events, added } = setup({ durable: false })
  const faults: string[] = []
  events.on('fault', ({ where }) => faults.push(where))
  void sink.record({ ...spendEvent(), outcome: { ...spendEvent().outcome, startedAt: undefined as never } })
  expect([faults, recorded.length, added.length]).toEqual([['callbacks'], 1, 0])
})

test.each([
  [
    'throws',
    () => {
      throw new Error('own')
    },
  ],
  ['rejects', () => Promise.reject(new Error('own'))],
] as const)('a sink of the operator that %s is a fault, and the ledger has the call', async (_, record) => {
  const events = new GatewayEvents()
  const faults: string[] = []
  events.on('fault', ({ where }) => faults.push(where))
  const kept: SpendEvent[] = []
  const rest = { flush: async () => {}, close: async () => {} }
  const ledger = { record: (event: SpendEvent) => void kept.push(event), ...rest }
  await besideLedger(ledger, { durable: true, record, ...rest }, events).record(spendEvent())
  expect([faults, kept.length]).toEqual([['sink'], 1])
})
