import type { Exchange } from './redis-exchange.ts'

interface Pushed {
  readonly samples: readonly number[]
  readonly keep: number
  readonly ttlMs: number
}

/** What one process has done and not told yet. */
export class Pending {
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
