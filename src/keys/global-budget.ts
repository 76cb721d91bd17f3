import { openWindow } from '../admission/facts/budget-duration.ts'
import { type TimeZone, ZonedDate } from '../admission/facts/time-zone.ts'
import { withDeadline } from '../database/with-deadline.ts'
import { type LookupOptions, withSchema } from './key-lookup.ts'
import { findGlobalSpend } from './sql/find-global-spend.ts'
import { keepGlobalBudget } from './sql/keep-global-budget.ts'

export interface GlobalBudgetOptions extends LookupOptions {
  /** LiteLLM's `litellm_settings.max_budget`, US dollars. */
  readonly max: number | undefined
  /** LiteLLM's `litellm_settings.budget_duration`. Default: 30 days. */
  readonly duration?: string
  /** By whose clock windows begin. Default: UTC. */
  readonly timeZone?: TimeZone
  readonly clock?: () => Date
}

/** LiteLLM does not start without a duration. */
const DEFAULT_DURATION = '30d'
/** The log may be large. */
const KEEP_DEADLINE_MS = 60_000
const TABLE = 'LiteLLM_UserTable'

/**
 * The budget of all calls together, in the row that LiteLLM has for it: the ledger adds each call to its spend, and the
 * resets of budgets begin its windows.
 */
export class GlobalBudget {
  readonly #options: GlobalBudgetOptions
  #ceiling: Pick<GlobalBudgetOptions, 'max' | 'duration'>
  #keeping: Promise<void> | undefined

  constructor(options: GlobalBudgetOptions) {
    this.#options = options
    this.#ceiling = options
  }

  /** Takes a new ceiling, or none. Its row follows. Rejects with the database's error. */
  async configure(ceiling: Pick<GlobalBudgetOptions, 'max' | 'duration'>): Promise<void> {
    const { max, duration } = this.#ceiling
    this.#ceiling = ceiling
    if (max !== ceiling.max || duration !== ceiling.duration) await this.keep()
  }

  /** Inserts the row, or updates it to the settings. Once for all who ask meanwhile. Rejects with the database's error. */
  keep(): Promise<void> {
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined
    })
    return this.#keeping
  }

  /** What is spent in the window, US dollars. A row that is missing is inserted first. `undefined`: there is no ceiling, or there are no tables. */
  spend(): Promise<number | undefined> {
    const { sql } = this.#options
    return withSchema(this.#options, async (tables, how) => {
      if (!this.#ceiling.max || !tables.has(TABLE)) return undefined
      const spend = await findGlobalSpend(sql, how)
      if (spend !== undefined) return spend
      await this.keep()
      return await findGlobalSpend(sql, how)
    })
  }

  async #keep(): Promise<void> {
    const { sql, schema, timeZone, clock = () => new Date() } = this.#options
    const { max, duration = DEFAULT_DURATION } = this.#ceiling
    if (!max || !(await schema()).has(TABLE)) return
    const now = new ZonedDate(clock(), timeZone)
    const { since = now, endsAt } = openWindow(duration, now)
    await withDeadline(keepGlobalBudget(sql, { max, duration, since, endsAt }), KEEP_DEADLINE_MS)
  }
}
