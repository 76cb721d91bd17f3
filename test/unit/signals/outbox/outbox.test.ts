import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../../src/events.ts'
import { type Delivery, DeliveryError, type DeliverySink } from '../../../../src/signals/outbox/delivery.ts'
import { createOutbox } from '../../../../src/signals/outbox/outbox.ts'
import type { OutboxOptions } from '../../../../src/signals/outbox/outbox-drain.ts'
import { OutboxTable } from '../../../../src/signals/outbox/outbox-table.ts'
import { keepDeliveries } from '../../../../src/signals/outbox/sql/keep-deliveries.ts'
import { repeatDelivery } from '../../../../src/signals/outbox/sql/leave-outbox.ts'
import { refusedDeliveries } from '../../../../src/signals/outbox/sql/refused-deliveries.ts'
import { cleanups } from '../../../support/cleanups.ts'
import { createTestDatabase } from '../../../support/database.ts'
import { until } from '../../../support/until.ts'

const delivery = (id: string): Delivery => ({ id, status: 'success', payload: { litellm_call_id: id } })

async function setup(kind: string, given: Partial<OutboxOptions> = {}, sink: Partial<DeliverySink> = {}) {
  const database = kind === 'table' ? await createTestDatabase({ schema: 'empty' }) : undefined
  cleanups.push(() => database?.drop())
  const dir = await mkdtemp(join(tmpdir(), 'outbox-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const events = new GatewayEvents()
  const told: string[][] = []
  const faults: unknown[] = []
  const open = (deliver: (ids: readonly string[]) => unknown = () => {}, beats: { beatMs?: number } = {}) => {
    const table = database && new OutboxTable({ sql: database.sql, beatMs: 20, ...beats })
    const outbox = createOutbox({
      name: 'one',
      table,
      events,
      queueSize: 100,
      retryDelayMs: 1,
      timeoutMs: 10_000,
      batchSize: 10,
      flushIntervalMs: 1,
      journal:
        kind === 'journal'
          ? {
              dir,
              fsync: 'never',
              fsyncIntervalMs: 1_000,
              maxBytes: 1 << 20,
              segmentBytes: 1 << 16,
              onFull: 'drop-newest',
            }
          : undefined,
      sink: {
        async deliver(batch) {
          const ids = batch.map(({ id }) => id)
          await deliver(ids)
          told.push(ids)
        },
        ...sink,
      },
      ...given,
    })
    const close = async (timeoutMs: number) => {
      await outbox.close(timeoutMs)
      await table?.close()
    }
    cleanups.push(() => close(0))
    return { ...outbox, close, table }
  }
  events.on('fault', (fault) => faults.push(fault))
  return { dir, events, told, open, database }
}

describe.each(['memory', 'journal', 'table'])('in the %s', (kind) => {
  test('what is added is delivered in order', async () => {
    const { told, open } = await setup(kind)
    const outbox = open()
    for (const id of ['a', 'b', 'c']) await outbox.add(delivery(id))
    await outbox.flush()
    expect(told.flat()).toEqual(['a', 'b', 'c'])
    expect(outbox.gauges()).toMatchObject({ waiting: 0, delivered: 3, retries: 0, refused: 0, dropped: 0 })
  })

  test('a destination that fails is told again until it has heard', async () => {
    const { events, told, open } = await setup(kind)
    const retries: number[] = []
    events.on('delivery:retry', ({ attempt }) => retries.push(attempt))
    let failures = 3
    const outbox = open(() => {
      if (failures-- > 0) throw new DeliveryError('503')
    })
    await outbox.add(delivery('a'))
    await until(() => told.length > 0)
    expect([told.flat(), retries]).toEqual([['a'], [1, 2, 3]])
  })

  test('what a destination refuses for good is isolated, and told', async () => {
    const { events, told, open } = await setup(kind)
    const refused: string[] = []
    events.on('delivery:refused', ({ callId }) => refused.push(callId))
    const outbox = open((ids) => {
      if (ids.includes('bad')) throw new DeliveryError('422', { isRefused: true })
    })
    for (const id of ['a', 'bad', 'b', 'c']) await outbox.add(delivery(id))
    await outbox.flush()
    expect(told.flat()).toEqual(['a', 'b', 'c'])
    expect([refused, outbox.gauges().refused]).toEqual([['bad'], 1])
  })

  test('a destination that hangs is given up after its time, and tried again', async () => {
    const { told, open } = await setup(kind, { timeoutMs: 20 })
    let hangs = 1
    const outbox = open(() => (hangs-- > 0 ? new Promise(() => {}) : undefined))
    await outbox.add(delivery('a'))
    await until(() => outbox.gauges().delivered === 1)
    expect(told.at(-1)).toEqual(['a'])
    expect(outbox.gauges().retries).toBeGreaterThan(0)
  })

  test('a batch is never larger than the sink wants', async () => {
    const { told, open } = await setup(kind, {}, { batchSize: 2 })
    const outbox = open()
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => outbox.add(delivery(id))))
    await outbox.flush()
    expect(told.flat()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(2)
  })
})

test('in memory what has no room is dropped and told, and nobody waits', async () => {
  const { events, open } = await setup('memory', { queueSize: 2 })
  const dropped: string[] = []
  events.on('delivery:drop', ({ callIds, reason }) => dropped.push(...callIds.map((id) => `${id} ${reason}`)))
  const outbox = open(() => new Promise(() => {}))
  for (const id of ['a', 'b', 'c']) await outbox.add(delivery(id))
  expect(dropped).toEqual(['c overflow'])
  await outbox.close(1)
  expect(dropped).toEqual(['c overflow', 'a closed', 'b closed'])
})

test.each(['journal', 'table'])(
  'in the %s, what a process has not delivered at its end the next delivers',
  async (kind) => {
    const { told, open } = await setup(kind)
    const first = open(() => new Promise(() => {}))
    for (const id of ['a', 'b']) await first.add(delivery(id))
    await first.close(1)
    const second = open()
    await until(() => second.gauges().delivered === 2)
    expect(told.flat()).toEqual(['a', 'b'])
  },
)

test('a full journal drops the newest, and does not keep its call waiting', async () => {
  const { events, open } = await setup('journal')
  const dropped: string[] = []
  events.on('delivery:drop', ({ callIds }) => dropped.push(...callIds))
  const outbox = open(() => new Promise(() => {}))
  const large = { ...delivery('large'), payload: { text: 'x'.repeat(600_000) } }
  await outbox.add(large)
  await outbox.add({ ...large, id: 'second' })
  expect(dropped).toEqual(['second'])
})

describe('in the table', () => {
  test('what a killed process has left is delivered once by those that live, and nothing of theirs is taken', async () => {
    const { told, open, database } = await setup('table')
    const living = open(() => new Promise(() => {}), { beatMs: 60_000 })
    await living.add(delivery('mine'))
    const dead = ['a', 'b', 'c'].map((id) => ({ callback: 'one', call_id: id, delivery: JSON.stringify(delivery(id)) }))
    await keepDeliveries(database!.sql, 'killed', dead)
    const [one, two] = [open(), open()]
    await until(() => one.gauges().delivered + two.gauges().delivered === 3)
    expect(told.flat().sort()).toEqual(['a', 'b', 'c'])
    const left = async () => (await database!.sql`select call_id from express_litellm.outbox`).map((row) => row.call_id)
    await until(async () => (await left()).join() === 'mine')
  })

  test('while the database is away, what comes is told from memory', async () => {
    const { told, open, database } = await setup('table', { flushIntervalMs: 60_000 })
    await database!.sql`create schema express_litellm`
    await database!.sql`create view express_litellm.outbox as select 1 as one`
    const outbox = open()
    await outbox.add(delivery('a'))
    await outbox.flush()
    expect(told.flat()).toEqual(['a'])
  })

  test('a dead letter stays with its reason, and is told when it waits again', async () => {
    const { told, open, database } = await setup('table')
    let refuses = true
    const outbox = open(() => {
      if (refuses) throw new DeliveryError('422', { isRefused: true })
    })
    await outbox.add(delivery('a'))
    await outbox.flush()
    const [letter] = await refusedDeliveries(database!.sql)
    expect(letter).toMatchObject({ callback: 'one', refused: '422' })
    refuses = false
    await repeatDelivery(database!.sql, letter!.id)
    await until(() => told.length === 1)
  })

  test('a batch is cut at its bytes, and one that is larger goes alone', async () => {
    const { told, open } = await setup('table', { flushIntervalMs: 60_000 }, { batchBytes: 500 })
    const outbox = open()
    const large = (id: string, size: number) => ({ ...delivery(id), payload: { text: 'x\u0000'.repeat(size) } })
    await Promise.all([large('a', 60), large('b', 1), large('c', 60), large('d', 1), large('e', 1)].map(outbox.add))
    await outbox.flush()
    expect(told).toEqual([['a'], ['b'], ['c'], ['d', 'e']])
  })
})

test('a refused delivery is a dead letter in the outbox', async () => {
  const { dir, open } = await setup('journal')
  const outbox = open(() => {
    throw new DeliveryError('400', { isRefused: true })
  })
  await outbox.add(delivery('a'))
  await outbox.flush()
  const letters = await readdir(join(dir, 'dead-letters'))
  expect(letters.filter((name) => name.endsWith('.letter')).length).toBe(1)
})

test('an error never holds what was sent', async () => {
  const { events, open } = await setup('memory')
  const errors: string[] = []
  events.on('delivery:retry', ({ error }) => errors.push(String(error)))
  const outbox = open(() => {
    throw new DeliveryError('127.0.0.1 has answered 500')
  })
  await outbox.add({ ...delivery('a'), payload: { messages: 'canary' } })
  await until(() => errors.length > 0)
  expect(errors.join()).not.toContain('canary')
})
