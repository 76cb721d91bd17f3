import { expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../../src/events.ts'
import type { BatchStream, StreamAnswer, StreamBatch } from '../../../../src/ledger/redis/batch-stream.ts'
import { startBufferDrain } from '../../../../src/ledger/redis/open-spend-buffer.ts'
import { StreamSource } from '../../../../src/ledger/redis/stream-source.ts'
import type { WriteRecords } from '../../../../src/ledger/write/spend-writer.ts'
import type { RedisLock } from '../../../../src/lib/redis/redis-lock.ts'
import { cleanups } from '../../../support/cleanups.ts'
import { until } from '../../../support/until.ts'

interface Given {
  readonly pending?: readonly string[]
  readonly write?: WriteRecords
  /** Whether this process gets the lock. */
  readonly held?: boolean
}

/** A stream in memory, whose batches hold no records: how many were written does not matter here. */
function setup({ pending = [], write = async () => {}, held = true }: Given = {}) {
  const open = new Map<string, StreamBatch>(pending.map((id) => [id, batchOf(id)]))
  const fresh: string[] = []
  const read: [which: string, ids: string[]][] = []
  const answers: [id: string, refusal: StreamAnswer['refusal']][] = []
  const state = { held, down: false, takes: 0, released: 0 }
  const stream = {
    async read(which: 'pending' | 'new', count: number) {
      if (state.down) throw new Error('Redis is away')
      const found = which === 'pending' ? [...open.values()].slice(0, count) : fresh.splice(0, count).map(batchOf)
      for (const batch of found) open.set(batch.id, batch)
      if (found.length > 0) read.push([which, found.map(({ id }) => id)])
      return found
    },
    async settle(batches: readonly StreamBatch[], refusal?: StreamAnswer['refusal']) {
      if (state.down) throw new Error('Redis is away')
      for (const { id } of batches) {
        open.delete(id)
        answers.push([id, refusal])
      }
    },
  } as unknown as BatchStream
  const lock = {
    async take() {
      state.takes++
      return state.held && !state.down
    },
    release: async () => void state.released++,
  } as unknown as RedisLock
  const retries: unknown[] = []
  const events = new GatewayEvents()
  events.on('spend:retry', ({ size, attempt }) => retries.push([size, attempt]))
  const source = new StreamSource({ stream, lock, renewMs: 5 })
  const drain = startBufferDrain({ source, write, events, retryDelayMs: 0 })
  cleanups.push(() => drain.stop())
  return { drain, state, fresh, read, answers, open, retries }
}

function batchOf(id: string): StreamBatch {
  return { id, sender: 's', text: '' }
}

const REFUSED = Object.assign(new Error('no such day'), { code: '22008' })

test('what the process before has left comes first, then what is new', async () => {
  const { fresh, read, answers } = setup({ pending: ['1', '2'] })
  fresh.push('3')
  await until(() => answers.length === 3)
  expect(read).toEqual([
    ['pending', ['1', '2']],
    ['new', ['3']],
  ])
  expect(answers).toEqual([
    ['1', undefined],
    ['2', undefined],
    ['3', undefined],
  ])
})

test('nothing is read without the lock', async () => {
  const { state, read, answers } = setup({ pending: ['1'], held: false })
  await until(() => state.takes > 2)
  expect(read).toEqual([])
  state.held = true
  await until(() => answers.length === 1)
})

test('a batch that the database refuses is answered so, and takes no other down', async () => {
  let writes = 0
  // Of the first batch of all that is written alone.
  const { answers } = setup({
    pending: ['1', '2', '3'],
    write: () => (writes++ < 2 ? Promise.reject(REFUSED) : Promise.resolve()),
  })
  await until(() => answers.length === 3)
  expect(answers).toEqual([
    ['1', { code: '22008', message: 'no such day' }],
    ['2', undefined],
    ['3', undefined],
  ])
})

test('an outage of the database is told, and the batch stays until it is over', async () => {
  let failures = 3
  const { answers, retries } = setup({
    pending: ['1'],
    write: async () => (failures-- > 0 ? Promise.reject(new Error('away')) : undefined),
  })
  await until(() => answers.length === 1)
  expect(retries).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
  ])
})

test('when Redis fails before the answer, the batch is written again, in silence', async () => {
  let writes = 0
  const bundle = setup({
    pending: ['1'],
    async write() {
      bundle.state.down = writes++ === 0
    },
  })
  await until(() => bundle.state.down)
  const { takes } = bundle.state
  await until(() => bundle.state.takes > takes + 2)
  expect(bundle.answers).toEqual([])
  bundle.state.down = false
  await until(() => bundle.answers.length === 1)
  expect([writes, bundle.retries]).toEqual([2, []])
})

test('at the end a write on its way is settled, and the lock is let go', async () => {
  const begun = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  const { drain, answers, state, fresh } = setup({
    pending: ['1'],
    write() {
      begun.resolve()
      return open.promise
    },
  })
  await begun.promise
  fresh.push('2')
  const stopped = drain.stop()
  open.resolve()
  await stopped
  expect([answers, state.released]).toEqual([[['1', undefined]], 1])
})

test('at the end a write that fails stays pending, without another attempt', async () => {
  const begun = Promise.withResolvers<void>()
  const fail = Promise.withResolvers<void>()
  let writes = 0
  const { drain, answers, open, retries } = setup({
    pending: ['1'],
    write() {
      writes++
      begun.resolve()
      return fail.promise
    },
  })
  await begun.promise
  const stopped = drain.stop()
  fail.reject(new Error('away'))
  await stopped
  expect([writes, answers, [...open.keys()], retries]).toEqual([1, [], ['1'], []])
})
