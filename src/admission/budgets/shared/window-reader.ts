import type { Sql } from 'postgres'
import { withDeadline } from '../../../database/with-deadline.ts'
import { oldestBeyond } from '../../../lib/memoize.ts'
import type { SharedBudget } from '../shared-budgets.ts'
import { readWindow } from './sql/read-window.ts'

export interface WindowReaderOptions {
  readonly sql: Sql
  /** Whether the log has all that was spent: it may be switched off, or cleared of old rows. */
  readonly logComplete: boolean
  /** Default 60000: what LiteLLM itself spends beside us counts after this long. */
  readonly everyMs?: number
  readonly timeoutMs?: number
}

/** Windows remembered; the oldest is asked for again. */
const MAX_KNOWN = 10_000

/**
 * Sees to it that the windows which only the log can tell are read, before the first call that counts in them, and again
 * from time to time while calls are made. What cannot be read counts from nothing until the next time.
 */
export class WindowReader {
  readonly #options: Required<WindowReaderOptions>
  readonly #known = new Map<string, { at: number; readonly first: Promise<void> }>()

  constructor({ everyMs = 60_000, timeoutMs = 5_000, ...options }: WindowReaderOptions) {
    this.#options = { everyMs, timeoutMs, ...options }
  }

  async ready(budgets: readonly SharedBudget[]): Promise<void> {
    for (const { counter, logged } of budgets) if (logged) await this.#ready(counter, logged)
  }

  #ready(counter: string, logged: Logged): Promise<void> {
    const known = this.#known.get(counter)
    const now = performance.now()
    if (!known) {
      const first = this.#read(counter, logged)
      this.#known.set(counter, { at: now, first })
      for (const oldest of oldestBeyond(this.#known, MAX_KNOWN)) this.#known.delete(oldest)
      return first
    }
    const { everyMs } = this.#options
    if (now >= known.at + everyMs) {
      known.at = now
      void this.#read(counter, logged)
    }
    return known.first
  }

  async #read(counter: string, logged: Logged): Promise<void> {
    const { sql, logComplete, everyMs, timeoutMs } = this.#options
    const again = logComplete ? everyMs : undefined
    await withDeadline(readWindow(sql, counter, logged, again), timeoutMs).catch(() => {})
  }
}

type Logged = NonNullable<SharedBudget['logged']>
