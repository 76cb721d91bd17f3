import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../../src/events.ts'
import { type Delivery, DeliveryError, type DeliverySink } from '../../../../src/signals/outbox/delivery.ts'
import { createOutbox } from '../../../../src/signals/outbox/outbox.ts'
import type { OutboxOptions } from '../../../../src/signals/outbox/outbox-drain.ts'
import { cleanups } from '../../../support/cleanups.ts'
import { until } from '../../../support/until.ts'

const delivery = (id: string): Delivery => ({ id, status: 'success', payload: { litellm_call_id: id } })

async function setup(kind: string, given: Partial<OutboxOptions> = {}, sink: Partial<DeliverySink> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'outbox-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const events = new GatewayEvents()
  const told: string[][] = []
  const faults: unknown[] = []
  const open = (deliver: (ids: readonly string[]) => unknown = () => {}) => {
    const outbox = createOutbox({
      name: 'one',
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
    cleanups.push(() => outbox.close(0))
    return outbox
  }
  events.on('fault', (fault) => faults.push(fault))
  return { dir, events, told, open }
}

describe.each(['memory', 'journal'])('in the %s', (kind) => {
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

test('what was not delivered when a process ended is delivered by the next', async () => {
  const { told, open } = await setup('journal')
  const first = open(() => new Promise(() => {}))
  for (const id of ['a', 'b']) await first.add(delivery(id))
  await first.close(1)
  const second = open()
  await until(() => second.gauges().delivered === 2)
  expect(told.flat()).toEqual(['a', 'b'])
})

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
