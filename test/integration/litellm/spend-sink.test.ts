import { once } from 'node:events'
import { afterAll, expect, test } from '@jest/globals'
import { createLedger, type Ledger } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

async function setup(options: Parameters<typeof createLedger>[1] = {}) {
  const ledger = await createLedger({}, options)
  ledgers.push(ledger)
  const count = async () => (await ledger.sql`select count(*)::int as n from "LiteLLM_SpendLogs"`)[0]!.n
  return { ...ledger, count }
}

test('every batch is told with its size', async () => {
  const { write, events } = await setup({ batchSize: 3 })
  const sizes: number[] = []
  events.on('spend:flush', ({ size }) => sizes.push(size))
  await write(Array.from({ length: 35 }, () => spendEvent()))
  expect(sizes).toEqual([30, 5])
})

test('the interval writes without anybody asking', async () => {
  const { sink, events, count } = await setup({ flushIntervalMs: 10 })
  const flushed = once(events, 'spend:flush')
  sink.record(spendEvent())
  await flushed
  expect(await count()).toBe(1)
})

test('close writes what waits; what comes later is reported', async () => {
  const { sink, drops, count } = await setup()
  sink.record(spendEvent())
  await Promise.all([sink.close(), sink.close()])
  expect(await count()).toBe(1)
  sink.record(spendEvent({ callId: 'late' }))
  expect(drops).toEqual([{ reason: 'closed', callIds: ['late'], error: undefined }])
})

test('close without a database reports what was not written', async () => {
  const { sink, sql, drops, drop, retries } = await setup({ closeTimeoutMs: 50 })
  ledgers.pop()
  await drop()
  await expect(sql`select 1`).rejects.toThrow()
  sink.record(spendEvent({ callId: 'left' }))
  await sink.close()
  expect(retries.length).toBeGreaterThan(0)
  expect(drops).toMatchObject([{ reason: 'closed', callIds: ['left'] }])
})

test('a full queue refuses the newest call and reports it', async () => {
  const { sink, drops, count } = await setup({ queueSize: 2 })
  for (const callId of ['a', 'b', 'c']) sink.record(spendEvent({ callId }))
  expect(drops).toMatchObject([{ reason: 'overflow', callIds: ['c'] }])
  await sink.flush()
  expect(await count()).toBe(2)
})

test('an event that cannot be read is reported, not thrown', async () => {
  const { sink, drops } = await setup()
  sink.record({ ...spendEvent({ callId: 'odd' }), outcome: undefined as never })
  expect(drops).toMatchObject([{ reason: 'rejected', callIds: ['odd'], error: expect.any(TypeError) }])
})

test('tags follow the options', async () => {
  const { sql, write } = await setup({ compat: '1.83', userAgentTags: false })
  await write([spendEvent({ call: { tags: ['mine'], userAgent: 'curl/8' } })])
  expect(await sql`select request_tags from "LiteLLM_SpendLogs"`).toEqual([{ request_tags: ['mine'] }])
})
