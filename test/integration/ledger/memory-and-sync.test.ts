import { expect, test } from '@jest/globals'
import postgres from 'postgres'
import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { cleanups } from '../../support/cleanups.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { until } from '../../support/until.ts'
import { cents, POISON, setupLedger } from './setup.ts'

async function setup() {
  const base = await setupLedger()
  const proxy = await createFaultProxy(base.url)
  cleanups.push(proxy.close)
  const frail = postgres(proxy.url, { max: 1, backoff: () => 0.01 })
  cleanups.push(() => frail.end({ timeout: 0 }))
  return { ...base, proxy, frail }
}

test('memory: the gauges say what a crash would lose', async () => {
  const { open, rows } = await setup()
  const ledger = open('memory', { flushIntervalMs: 60_000, batchSize: 100 })
  for (const event of cents(7)) expect(ledger.record(event)).toBeUndefined()
  await until(() => ledger.gauges().oldestMs > 0)
  const gauges = ledger.gauges()
  expect(gauges).toMatchObject({ queued: 7, written: 0, journalBytes: 0 })
  expect(gauges.unsettledDollars).toBeCloseTo(0.07, 9)
  expect(gauges.oldestMs).toBeGreaterThan(0)
  expect(await ledger.close()).toEqual({ flushed: 7, journaled: 0, lost: 0 })
  expect(ledger.gauges()).toMatchObject({ queued: 0, oldestMs: 0, unsettledDollars: 0, written: 7 })
  expect(await rows()).toBe(7)
})

test('memory: what does not fit, is refused, or is left at the end counts as dropped, by reason', async () => {
  const { open, sql, frail, proxy, drops } = await setup()
  await sql.unsafe(POISON)
  const ledger = open('memory', { sql: frail, queueSize: 5, flushIntervalMs: 60_000, batchSize: 100 })
  ledger.record(spendEvent({ deployment: { model: 'poison' } }))
  await ledger.flush()
  proxy.freeze()
  for (const event of cents(8)) void ledger.record(event)
  const { queued, unsettledDollars } = ledger.gauges()
  expect(queued).toBe(5)
  expect(unsettledDollars).toBeCloseTo(0.05, 9)
  expect(await ledger.close(50)).toEqual({ flushed: 0, journaled: 0, lost: 5 })
  expect(ledger.gauges()).toMatchObject({ queued: 0, dropped: { rejected: 1, overflow: 3, closed: 5 } })
  expect(drops.map(({ reason }) => reason)).toEqual(['rejected', 'overflow', 'overflow', 'overflow', 'closed'])
  proxy.thaw()
})

test('sync: the row is there when the wait is over, and calls that end together are written together', async () => {
  const { open, rows, events } = await setup()
  const sizes: number[] = []
  events.on('spend:flush', ({ size }) => sizes.push(size))
  const ledger = open('sync', { batchSize: 100, flushIntervalMs: 60_000 })
  await ledger.record(spendEvent())
  expect(await rows()).toBe(1)
  await Promise.all(cents(20).map((event) => ledger.record(event)))
  expect(await rows()).toBe(21)
  expect(sizes).toEqual([1, 20])
})

test('sync: when the database is silent, the response ends after a while, the call stays and is written later', async () => {
  const { open, frail, proxy, events, rows } = await setup()
  const deferred: string[] = []
  events.on('spend:defer', ({ callId }) => deferred.push(callId))
  const ledger = open('sync', { sql: frail, waitMs: 1_000 })
  await ledger.record(spendEvent())
  proxy.freeze()
  await ledger.record(spendEvent({ callId: 'late' }))
  expect(deferred).toEqual(['late'])
  expect(ledger.gauges()).toMatchObject({ queued: 1 })
  proxy.thaw()
  await ledger.flush()
  expect(await rows()).toBe(2)
})

test('sync: a call that is refused does not hold its response', async () => {
  const { open, sql, drops } = await setup()
  await sql.unsafe(POISON)
  const ledger = open('sync')
  await ledger.record(spendEvent({ callId: 'bad', deployment: { model: 'poison' } }))
  expect(drops).toMatchObject([{ reason: 'rejected', callIds: ['bad'] }])
})
