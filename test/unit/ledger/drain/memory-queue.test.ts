import { describe, expect, test } from '@jest/globals'
import { MemoryQueue, type MemoryQueueOptions } from '../../../../src/ledger/drain/memory-queue.ts'

const OUTAGE = new Error('outage')
const POISON = new Error('poison')
const HOUR_MS = 3_600_000

function setup(write: (batch: readonly number[]) => Promise<void>, options: Partial<MemoryQueueOptions<number>> = {}) {
  const log = {
    written: [] as number[][],
    retries: [] as number[],
    drops: [] as [number[], string, unknown][],
  }
  const queue = new MemoryQueue<number>({
    write,
    isAtFault: (error) => error === POISON,
    maxQueue: 1000,
    batchSize: 10,
    flushIntervalMs: HOUR_MS,
    retryAttempts: 3,
    retryDelayMs: 1,
    onFlush: (batch) => log.written.push([...batch]),
    onRetry: (_, attempt) => log.retries.push(attempt),
    onDrop: (items, reason, error) => log.drops.push([[...items], reason, error]),
    ...options,
  })
  const push = (count: number) => Array.from({ length: count }, (_, item) => queue.push(item))
  return { queue, push, log }
}

const ok = () => Promise.resolve()

/** A write that the test lets go, and a promise that it has begun. */
function gate() {
  const open = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const write = () => {
    begun.resolve()
    return open.promise
  }
  return { open, begun, write }
}

describe('when a batch is cut', () => {
  test('a full batch is written at once, what comes later waits', async () => {
    const { push, log } = setup(ok)
    push(9)
    await new Promise(setImmediate)
    expect(log.written).toEqual([])
    push(1)
    await new Promise(setImmediate)
    push(3)
    await new Promise(setImmediate)
    expect(log.written.map((batch) => batch.length)).toEqual([10])
  })

  test('what has piled up during a write goes in one batch, up to ten times as large', async () => {
    const first = gate()
    let writes = 0
    const { queue, push, log } = setup(() => (writes++ === 0 ? first.write() : ok()))
    push(10)
    await first.begun.promise
    push(135)
    first.open.resolve()
    await queue.flush()
    expect(log.written.map((batch) => batch.length)).toEqual([10, 100, 35])
  })

  test('the interval writes what is too little for a batch', async () => {
    const written = Promise.withResolvers<readonly number[]>()
    const { push } = setup(async (batch) => written.resolve(batch), { flushIntervalMs: 5 })
    push(3)
    expect(await written.promise).toEqual([0, 1, 2])
  })

  test('flush writes everything, in order, in batches of at most ten times batchSize', async () => {
    const { queue, push, log } = setup(ok)
    push(225)
    await queue.flush()
    expect(log.written.map((batch) => batch.length)).toEqual([100, 100, 25])
    expect(log.written.flat()).toEqual(Array.from({ length: 225 }, (_, item) => item))
    expect(queue.size).toBe(0)
  })

  test('flush of nothing resolves', async () => {
    await setup(ok).queue.flush()
  })

  test('push never writes within the call', () => {
    let writes = 0
    const { push } = setup(async () => void writes++)
    push(10)
    expect(writes).toBe(0)
  })

  test('one batch at a time', async () => {
    let now = 0
    let most = 0
    const { queue, push } = setup(async () => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      now--
    })
    push(50)
    await Promise.all([queue.flush(), queue.flush()])
    expect(most).toBe(1)
  })
})

describe('what flush waits for', () => {
  test('not for what was pushed after the call', async () => {
    const first = gate()
    let writes = 0
    const { queue } = setup(() => (writes++ === 0 ? first.write() : new Promise(() => {})), { batchSize: 1 })
    queue.push(1)
    const flushed = queue.flush()
    await first.begun.promise
    queue.push(2)
    first.open.resolve()
    await flushed
    expect(queue.size).toBe(1)
  })

  test('for the batch in flight', async () => {
    const first = gate()
    const { queue, push } = setup(first.write)
    push(10)
    await first.begun.promise
    let done = false
    const flushed = queue.flush().then(() => (done = true))
    await new Promise(setImmediate)
    expect(done).toBe(false)
    first.open.resolve()
    await flushed
  })

  test('it ends a pause early', async () => {
    let away = true
    const { queue, log } = setup(
      async () => Promise.reject(away ? OUTAGE : undefined).catch((e) => e && Promise.reject(e)),
      {
        retryDelayMs: HOUR_MS,
        batchSize: 1,
      },
    )
    queue.push(1)
    while (log.retries.length === 0) await new Promise(setImmediate)
    away = false
    await queue.flush()
    expect(log.written).toEqual([[1]])
  })
})

describe('an outage', () => {
  test('drops nothing, however long it lasts', async () => {
    let failures = 40
    const { queue, push, log } = setup(async () => (failures-- > 0 ? Promise.reject(OUTAGE) : undefined), {
      retryDelayMs: 0,
      retryAttempts: 2,
    })
    push(25)
    await queue.flush()
    expect(log.retries).toEqual(Array.from({ length: 40 }, (_, attempt) => attempt + 1))
    expect(log.drops).toEqual([])
    expect(log.written.flat()).toEqual(Array.from({ length: 25 }, (_, item) => item))
  })

  test('repeats the same batch retryAttempts times, then takes along what came meanwhile', async () => {
    const sizes: number[] = []
    const { queue, push } = setup(
      async (batch) => {
        sizes.push(batch.length)
        if (sizes.length === 1) push(1)
        if (sizes.length <= 3) throw OUTAGE
      },
      { retryAttempts: 2, retryDelayMs: 0 },
    )
    push(1)
    await queue.flush()
    while (queue.size > 0) await queue.flush()
    expect(sizes).toEqual([1, 1, 1, 2])
  })

  test('a full queue refuses the newest, counting what is in flight', async () => {
    const { push, log, queue } = setup(() => Promise.reject(OUTAGE), { maxQueue: 12, retryDelayMs: HOUR_MS })
    expect(push(14)).toEqual([...Array(12).fill(true), false, false])
    await new Promise(setImmediate)
    expect(queue.push(99)).toBe(false)
    expect(log.drops.map(([items, reason]) => [items, reason])).toEqual([
      [[12], 'overflow'],
      [[13], 'overflow'],
      [[99], 'overflow'],
    ])
    await queue.close(0)
  })
})

describe('a poison item', () => {
  test('does not take its neighbours down', async () => {
    const { queue, push, log } = setup(async (batch) => (batch.includes(7) ? Promise.reject(POISON) : undefined))
    push(10)
    await queue.flush()
    expect(log.written.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9])
    expect(log.drops).toEqual([[[7], 'rejected', POISON]])
  })

  test('is still found when an outage interrupts the search', async () => {
    let writes = 0
    const { queue, push, log } = setup(
      async (batch) => {
        if (++writes % 3 === 0) throw OUTAGE
        if (batch.includes(3)) throw POISON
      },
      { retryDelayMs: 0, retryAttempts: 0 },
    )
    push(10)
    await queue.flush()
    expect(log.written.flat()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9])
    expect(log.drops).toEqual([[[3], 'rejected', POISON]])
  })
})

describe('close', () => {
  test('writes what is left and refuses what comes later', async () => {
    const { queue, push, log } = setup(ok)
    push(3)
    await Promise.all([queue.close(1000), queue.close(1000)])
    expect(log.written.flat()).toEqual([0, 1, 2])
    expect(queue.push(4)).toBe(false)
    expect(log.drops).toEqual([[[4], 'closed', undefined]])
  })

  test('gives up on a write that never ends and reports all that is not known to be written', async () => {
    const { queue, push, log } = setup(() => new Promise(() => {}))
    push(12)
    const flushed = queue.flush()
    await queue.close(5)
    await flushed
    expect(log.drops).toEqual([[Array.from({ length: 12 }, (_, item) => item), 'closed', undefined]])
    expect(queue.size).toBe(0)
  })

  test('what is left is offered first, and dropped only where nobody takes it', async () => {
    for (const taken of [true, false]) {
      const offered: number[][] = []
      const leave = async (items: readonly number[]) => offered.push([...items]) > 0 && taken
      const { queue, push, log } = setup(() => new Promise(() => {}), { leave })
      push(12)
      await queue.close(5)
      const all = Array.from({ length: 12 }, (_, item) => item)
      expect(offered).toEqual([all])
      expect(log.drops).toEqual(taken ? [] : [[all, 'closed', undefined]])
      expect(queue.size).toBe(0)
    }
  })

  test('a write that ends after close changes nothing', async () => {
    const late = gate()
    const { queue, push, log } = setup(late.write)
    push(1)
    await queue.close(5)
    late.open.resolve()
    await new Promise(setImmediate)
    expect(log.written).toEqual([])
    expect(log.drops).toHaveLength(1)
  })

  test('goes on trying until its timeout and says why it failed', async () => {
    const { queue, push, log } = setup(() => Promise.reject(OUTAGE))
    push(2)
    await queue.close(30)
    expect(log.retries.length).toBeGreaterThan(1)
    expect(log.drops).toEqual([[[0, 1], 'closed', OUTAGE]])
  })
})
