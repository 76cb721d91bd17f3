import { randomUUID } from 'node:crypto'
import type { GatewayEvents } from '../../../events.ts'
import { createMemoryState, type RouterState } from '../memory-state.ts'
import type { Exchange, Known, OpenExchange } from './redis-exchange.ts'

/** What one process has done and not told yet. */
class Pending {
  readonly adds = new Map<string, { readonly amount: number; readonly ttlMs: number }>()
  readonly pushes = new Map<string, Pushed>()
  /** Until when, in milliseconds since the epoch. */
  readonly marks = new Map<string, number>()

  add(key: string, amount: number, ttlMs: number): void {
    this.adds.set(key, { amount: (this.adds.get(key)?.amount ?? 0) + amount, ttlMs })
  }

  push(key: string, sample: number, keep: number, ttlMs: number): void {
    const before = this.pushes.get(key)?.samples ?? []
    this.pushes.set(key, { samples: [...before, sample].slice(-keep), keep, ttlMs })
  }

  has(key: string): boolean {
    return this.adds.has(key) || this.pushes.has(key) || this.marks.has(key)
  }

  /** Whole milliseconds: Redis takes no others. */
  entries(now: number): Pick<Exchange, 'adds' | 'pushes' | 'marks'> {
    return {
      adds: [...this.adds].map(([key, { amount, ttlMs }]) => [key, amount, Math.ceil(ttlMs)]),
      pushes: [...this.pushes].map(([key, { samples, keep, ttlMs }]) => [key, samples, keep, Math.ceil(ttlMs)]),
      marks: [...this.marks].map(([key, endsAt]) => [key, Math.max(1, Math.ceil(endsAt - now))]),
    }
  }
}

export interface SharedStateOptions {
  readonly open: () => Promise<OpenExchange>
  readonly events: GatewayEvents
  /** Between two exchanges. */
  readonly intervalMs?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** How far behind another process may be. */
const INTERVAL_MS = 100
/** Keys without a reader are not read from Redis. */
const ASKED_MS = 60_000
const GONE_MS = 10_000

/**
 * What several processes remember together. Asked and told here, in memory, and exchanged with Redis in the background: a
 * choice never waits, and knows what others did a moment ago. While Redis is away each process knows its own
 * (`routing:local`, until `routing:shared`); of what was done meanwhile only marks are told later.
 */
export class SharedState implements RouterState {
  readonly #options: SharedStateOptions
  readonly #now: () => number
  readonly #local
  readonly #process = randomUUID()
  readonly #asked = new Map<string, number>()
  /** What this process contributes to counters that do not end. */
  readonly #own = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #pending = new Pending()
  #opening: Promise<OpenExchange> | undefined
  #running: Promise<void> | undefined
  #isLocal = false

  constructor(options: SharedStateOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#local = createMemoryState(this.#now)
    this.#timer = setInterval(() => void this.exchange(), options.intervalMs ?? INTERVAL_MS).unref()
    // Begun now, so that the first exchange finds it open; what goes wrong is told by that.
    this.#store().catch(() => {})
  }

  add(key: string, amount: number, ttlMs: number): number {
    this.#ask(key)
    if (ttlMs === Number.POSITIVE_INFINITY) this.#own.set(key, (this.#own.get(key) ?? 0) + amount)
    else this.#pending.add(key, amount, ttlMs)
    return this.#local.add(key, amount, ttlMs)
  }

  count(key: string): number {
    this.#ask(key)
    return this.#local.count(key)
  }

  push(key: string, sample: number, keep: number, ttlMs: number): void {
    this.#ask(key)
    this.#pending.push(key, sample, keep, ttlMs)
    this.#local.push(key, sample, keep, ttlMs)
  }

  samples(key: string): readonly number[] {
    this.#ask(key)
    return this.#local.samples(key)
  }

  mark(key: string, ttlMs: number): void {
    this.#ask(key)
    this.#pending.marks.set(key, this.#now() + ttlMs)
    this.#local.mark(key, ttlMs)
  }

  markedMs(key: string): number {
    this.#ask(key)
    return this.#local.markedMs(key)
  }

  /** Tells Redis what is new here and learns what is new there. Never rejects. One under way is joined. */
  exchange(): Promise<void> {
    this.#running ??= this.#exchangeOnce().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    // Others must not wait until they notice that this process is gone.
    for (const key of this.#own.keys()) this.#own.set(key, 0)
    if (!this.#isLocal) await this.exchange()
    const store = await this.#opening?.catch(() => undefined)
    await store?.close()
  }

  #ask(key: string): void {
    this.#asked.set(key, this.#now())
  }

  async #exchangeOnce(): Promise<void> {
    const { events } = this.#options
    const keys = this.#keys()
    if (keys.length === 0) return
    const told = this.#pending
    this.#pending = new Pending()
    try {
      const store = await this.#store()
      const who = { process: this.#process, gauges: [...this.#own], goneMs: GONE_MS }
      const known = await store.exchange({ ...who, ...told.entries(this.#now()), keys })
      for (const [index, key] of keys.entries()) this.#learn(key, known[index])
      if (this.#isLocal) events.tell('routing:shared')
      this.#isLocal = false
    } catch (error) {
      if (!this.#isLocal) events.tell('routing:local', { error })
      this.#isLocal = true
      this.#keepMarks(told)
    }
  }

  /** A deployment that cools down does so for the others too, once they can be told. */
  #keepMarks({ marks }: Pending): void {
    for (const [key, endsAt] of marks) {
      if (endsAt > this.#now() && !this.#pending.marks.has(key)) this.#pending.marks.set(key, endsAt)
    }
  }

  #keys(): readonly string[] {
    const since = this.#now() - ASKED_MS
    for (const [key, at] of this.#asked) {
      // A call may be under way for longer than anybody asks.
      if (at < since && !this.#own.get(key)) this.#forget(key)
    }
    return [...this.#asked.keys()]
  }

  #forget(key: string): void {
    this.#asked.delete(key)
    this.#own.delete(key)
  }

  /** What Redis knows, and what has happened here since it was asked. */
  #learn(key: string, known: Known): void {
    const { adds, pushes, marks } = this.#pending
    const own = this.#own.get(key)
    if (own !== undefined || (known && 'others' in known)) {
      const others = known && 'others' in known ? known.others : 0
      this.#local.put(key, { count: (own ?? 0) + others, endsInMs: Number.POSITIVE_INFINITY })
    } else if (known === undefined) {
      if (!this.#pending.has(key)) this.#local.remove(key)
    } else if ('samples' in known) {
      const { samples = [], keep = known.samples.length } = pushes.get(key) ?? {}
      this.#local.put(key, { ...known, samples: [...known.samples, ...samples].slice(-keep) })
    } else if ('count' in known && !marks.has(key)) {
      this.#local.put(key, { ...known, count: known.count + (adds.get(key)?.amount ?? 0) })
    }
  }

  #store(): Promise<OpenExchange> {
    this.#opening ??= this.#options.open()
    return this.#opening
  }
}

interface Pushed {
  readonly samples: readonly number[]
  readonly keep: number
  readonly ttlMs: number
}
