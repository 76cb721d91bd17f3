import { describe, expect, test } from '@jest/globals'
import { Drain, type DrainOptions, type DrainSource } from '../../../../src/ledger/drain/drain.ts'
import { within } from '../../../support/within.ts'

const OUTAGE = new Error('outage')
const POISON = new Error('poison')
const HOUR_MS = 3_600_000
const FOREVER = Number.POSITIVE_INFINITY

type Step = 'head' | 'write' | 'written' | 'refused'

interface Given extends Partial<Omit<DrainOptions<number>, 'source'>> {
  readonly items?: number
  /** Called before each step, and with `after` when it has had its effect: throws to fail it. */
  readonly before?: (step: Step) => void
  readonly after?: (step: Step) => void
}

function setup({ items = 0, before = () => {}, after = () => {}, write = async () => {}, ...options }: Given = {}) {
  const waiting: number[] = []
  const log = {
    written: [] as number[][],
    refused: [] as [number, unknown][],
    retries: [] as [size: number, attempt: number, error: unknown][],
  }
  let settled = 0
  let added = 0
  async function step<T>(name: Step, act: () => T): Promise<T> {
    before(name)
    const result = act()
    after(name)
    return result
  }
  const leave = (count: number) => {
    settled += waiting.splice(0, count).length
  }
  const source: DrainSource<number> = {
    get waiting() {
      return waiting.length
    },
    get settled() {
      return settled
    },
    head: (count) => step('head', () => waiting.slice(0, count)),
    written: (batch) =>
      step('written', () => {
        expect(batch).toEqual(waiting.slice(0, batch.length))
        log.written.push([...batch])
        leave(batch.length)
      }),
    refused: (item, error) =>
      step('refused', () => {
        expect(item).toBe(waiting[0])
        log.refused.push([item, error])
        leave(1)
      }),
  }
  const drain = new Drain<number>({
    source,
    isAtFault: (error) => error === POISON,
    batchSize: 10,
    flushIntervalMs: HOUR_MS,
    retryAttempts: 3,
    retryDelayMs: 0,
    onRetry: ({ length }, attempt, error) => log.retries.push([length, attempt, error]),
    ...options,
    async write(batch) {
      before('write')
      await write(batch)
      after('write')
    },
  })
  function add(count: number): void {
    for (let n = 0; n < count; n++) {
      waiting.push(added++)
      drain.wake()
    }
  }
  add(items)
  return { drain, source, add, log, waiting }
}

const numbers = (count: number) => Array.from({ length: count }, (_, item) => item)
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Resolves when `check` holds: what is waited for is a turn away, not a time. */
async function reached(check: () => boolean): Promise<void> {
  while (!check()) await turn()
}

describe('order', () => {
  test('items leave in the order in which they came, one batch at a time', async () => {
    let now = 0
    let most = 0
    const { drain, log } = setup({
      items: 235,
      async write() {
        most = Math.max(most, ++now)
        await turn()
        now--
      },
    })
    await Promise.all([drain.flush(), drain.flush()])
    expect(log.written.map((batch) => batch.length)).toEqual([100, 100, 35])
    expect(log.written.flat()).toEqual(numbers(235))
    expect(most).toBe(1)
  })

  test('nothing is written within the call that wakes it', async () => {
    let writes = 0
    const { drain } = setup({ items: 10, write: async () => void writes++ })
    expect(writes).toBe(0)
    await drain.flush()
    expect(writes).toBe(1)
  })

  test('fewer than a batch wait for the interval, or for somebody in a hurry', async () => {
    const { drain, log, add } = setup({ items: 9 })
    await turn()
    expect(log.written).toEqual([])
    drain.hurry()
    await reached(() => log.written.length === 1)
    const { log: timed } = setup({ items: 2, flushIntervalMs: 1 })
    await reached(() => timed.written.length === 1)
    add(3)
    await turn()
    expect(log.written.flat()).toEqual(numbers(9))
  })

  test('a batch is asked for until its source says there is none left', async () => {
    let asked = 0
    const items = [1, 2, 3]
    const source: DrainSource<number> = {
      get waiting() {
        return asked < 4 ? FOREVER : 0
      },
      settled: 0,
      head: () => items.splice(0, asked++ % 2),
      written() {},
      refused() {},
    }
    const written: number[] = []
    const drain = new Drain({
      source,
      batchSize: 1,
      flushIntervalMs: HOUR_MS,
      retryAttempts: 0,
      retryDelayMs: 0,
      isAtFault: () => false,
      write: async (batch) => void written.push(...batch),
    })
    drain.wake()
    await drain.idle()
    expect([asked, written]).toEqual([4, [1, 2]])
  })
})

describe('an outage', () => {
  test('loses nothing, however long, and counts its failures in a row', async () => {
    let failures = 40
    const { drain, log } = setup({
      items: 25,
      retryAttempts: 2,
      write: async () => (failures-- > 0 ? Promise.reject(OUTAGE) : undefined),
    })
    await drain.flush()
    expect(log.retries.map(([, attempt]) => attempt)).toEqual(numbers(40).map((n) => n + 1))
    expect(log.written.flat()).toEqual(numbers(25))
    expect(drain.lastError).toBeUndefined()
  })

  test('rests between two attempts, until somebody waits', async () => {
    let away = true
    const { drain, log } = setup({
      items: 10,
      retryDelayMs: HOUR_MS,
      write: async () => (away ? Promise.reject(OUTAGE) : undefined),
    })
    await reached(() => log.retries.length === 1)
    await turn()
    expect(log.retries).toEqual([[10, 1, OUTAGE]])
    expect(drain.lastError).toBe(OUTAGE)
    away = false
    await drain.flush()
    expect(log.written).toEqual([numbers(10)])
  })

  test('that outlasts its attempts regroups with what has come meanwhile', async () => {
    const sizes: number[] = []
    const bundle = setup({
      items: 10,
      retryAttempts: 1,
      async write(batch) {
        sizes.push(batch.length)
        if (sizes.length === 1) bundle.add(5)
        if (sizes.length <= 2) throw OUTAGE
      },
    })
    await bundle.drain.flush()
    expect(sizes).toEqual([10, 10, 15])
  })

  test('without an end to its attempts it is repeated as it is', async () => {
    const sizes: number[] = []
    const bundle = setup({
      items: 10,
      retryAttempts: FOREVER,
      async write(batch) {
        sizes.push(batch.length)
        if (sizes.length === 1) bundle.add(5)
        if (sizes.length <= 20) throw OUTAGE
      },
    })
    await bundle.drain.flush()
    expect(sizes).toEqual(Array(21).fill(10))
  })

  test('in the middle of a search for an item at fault goes on where it was', async () => {
    let writes = 0
    const { drain, log } = setup({
      items: 10,
      retryAttempts: 0,
      async write(batch) {
        if (++writes % 3 === 0) throw OUTAGE
        if (batch.includes(3)) throw POISON
      },
    })
    await drain.flush()
    expect(log.written.flat()).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9])
    expect(log.refused).toEqual([[3, POISON]])
  })
})

describe('an item at fault', () => {
  test.each([
    [[0], 10],
    [[9], 10],
    [[4, 5], 10],
    [numbers(7), 7],
  ])('%j of %d are refused alone, in their turn', async (bad, items) => {
    const left: number[] = []
    const bundle = setup({
      items,
      write: async (batch) => (batch.some((n) => bad.includes(n)) ? Promise.reject(POISON) : undefined),
    })
    await bundle.drain.flush()
    left.push(...bundle.log.written.flat(), ...bundle.log.refused.map(([item]) => item))
    expect(bundle.log.refused).toEqual(bad.map((item) => [item, POISON]))
    expect(left.sort((a, b) => a - b)).toEqual(numbers(items))
    expect(bundle.log.retries).toEqual([])
  })
})

describe('the end', () => {
  test('a write that is on its way is waited for, and settled', async () => {
    const open = Promise.withResolvers<void>()
    const { drain, log } = setup({ items: 10, write: () => open.promise })
    await turn()
    const idle = drain.idle()
    open.resolve()
    await idle
    expect(log.written).toEqual([numbers(10)])
  })

  test('nothing is settled after it has stopped, and no write begins', async () => {
    const open = Promise.withResolvers<void>()
    let writes = 0
    const { drain, log, waiting, add } = setup({
      items: 150,
      write() {
        writes++
        return open.promise
      },
    })
    await turn()
    drain.stop()
    drain.stop()
    open.resolve()
    await drain.idle()
    add(50)
    drain.hurry()
    await turn()
    expect([writes, log.written, waiting.length]).toEqual([1, [], 200])
  })

  test('it ends a pause, without another attempt', async () => {
    let writes = 0
    const { drain, log } = setup({
      items: 10,
      retryDelayMs: HOUR_MS,
      write() {
        writes++
        return Promise.reject(OUTAGE)
      },
    })
    await reached(() => log.retries.length === 1)
    drain.stop()
    await within(60_000, drain.idle())
    expect(writes).toBe(1)
  })

  test('who waits for items that were given up need not wait on', async () => {
    const { drain, waiting, source } = setup({ items: 3, write: () => new Promise(() => {}) })
    const flushed = drain.flush()
    drain.stop()
    const count = waiting.length
    // The source gives them up by itself.
    await source.written(waiting.slice(0, count), 0)
    drain.left()
    await within(60_000, flushed)
  })
})

describe('whatever fails', () => {
  const ITEMS = 23
  const BAD = 7
  const write = async (batch: readonly number[]) => (batch.includes(BAD) ? Promise.reject(POISON) : undefined)

  /** All steps that the items take when nothing fails. */
  async function stepsOf(when: 'before' | 'after'): Promise<readonly Step[]> {
    const steps: Step[] = []
    const { drain } = setup({ items: ITEMS, write, [when]: (step: Step) => steps.push(step) })
    await drain.flush()
    return steps
  }

  function failing(at: number): (step: Step) => void {
    let n = 0
    return () => {
      if (n++ === at) throw OUTAGE
    }
  }

  test.each(['before', 'after'] as const)(
    'at any step, %s it has had its effect, each item leaves once',
    async (when) => {
      const steps = await stepsOf(when)
      expect(new Set(steps)).toEqual(new Set<Step>(['head', 'write', 'written', 'refused']))
      for (const at of steps.keys()) {
        for (const retryAttempts of [0, FOREVER]) {
          const { drain, log, waiting } = setup({ items: ITEMS, write, retryAttempts, [when]: failing(at) })
          await drain.flush()
          await drain.idle()
          expect(log.written.flat()).toEqual(numbers(ITEMS).filter((item) => item !== BAD))
          expect(log.refused).toEqual([[BAD, POISON]])
          expect(log.retries.map(([, attempt, error]) => [attempt, error])).toEqual([[1, OUTAGE]])
          expect(waiting).toEqual([])
        }
      }
    },
  )

  test('a source that has failed is told of without items, and asked again after a pause', async () => {
    let fails = true
    const { drain, log } = setup({
      items: 10,
      retryDelayMs: HOUR_MS,
      before(step) {
        if (step === 'head' && fails) throw OUTAGE
      },
    })
    await reached(() => log.retries.length === 1)
    expect(log.retries).toEqual([[0, 1, OUTAGE]])
    fails = false
    await drain.flush()
    expect(log.written).toEqual([numbers(10)])
  })
})
