import type { GatewayEvents } from '../../events.ts'
import { isDatabaseError } from '../../keys/key-lookup.ts'
import { memoizeByObject, oldestBeyond } from '../../lib/memoize.ts'
import type { SpendEvent, VirtualKey } from '../../types.ts'
import type { Alert } from './alert.ts'
import { type BudgetAlertSettings, budgetAlertsOf } from './budget-alerts.ts'
import { type BudgetState, type BudgetStateSettings, budgetStatesOf, proxyState } from './budget-states.ts'

export interface BudgetWatchOptions {
  readonly events: GatewayEvents
  readonly settings: BudgetStateSettings & BudgetAlertSettings
  /** The key with all its owners, as the rows are now. `undefined`: it was deleted. */
  find(hashedToken: string): Promise<VirtualKey | undefined>
  /** `litellm_settings.max_budget`, and what all calls together have spent of it. Absent: there is none. */
  readonly global?: { readonly max: number; spend(): Promise<number | undefined> }
  tell(alert: Alert): void
  /** After a batch was written, so long more are waited for before rows are read. Default 500. */
  readonly pauseMs?: number
  /** Rows are read once more after so long: where another process writes the batch. Default: not. */
  readonly againMs?: number
}

/** Calls that are on their way to the database; beyond it the oldest are forgotten. */
const MAX_CALLS = 100_000
const PAUSE_MS = 500
/** Pause while the database cannot be asked. */
const RETRY_MS = 10_000
/** Keys that are read at once. */
const AT_ONCE = 4

const hasBudget = memoizeByObject(
  ({ maxBudget, softBudget, user, team, member, organization, project }: VirtualKey) =>
    [maxBudget, softBudget, user?.maxBudget, team?.maxBudget, team?.softBudget].some(isThere) ||
    [member?.maxBudget, organization?.maxBudget, project?.maxBudget, project?.softBudget].some(isThere),
)

function isThere(budget: number | undefined): boolean {
  return budget !== undefined
}

/**
 * Looks at budgets when the ledger has written calls that are charged to them: rows of the database decide, so every
 * process sees the spend of all, and no call waits for it.
 */
export class BudgetWatch {
  readonly #options: BudgetWatchOptions
  /** The key of each call that is not written yet. */
  readonly #calls = new Map<string, string>()
  readonly #due = new Set<string>()
  readonly #again = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #pauseMs: number
  #closed = false

  constructor(options: BudgetWatchOptions) {
    this.#options = options
    this.#pauseMs = options.pauseMs ?? PAUSE_MS
    options.events.own.on('spend:record', ({ event }) => this.#take(event))
    options.events.own.on('spend:flush', ({ callIds = [] }) => this.#written(callIds))
  }

  /** Resolves when what was written until now has been looked at. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#looking
    await this.#look()
  }

  /** Tells nothing any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #take({ callId, key }: SpendEvent): void {
    if (!key || !(this.#options.global || hasBudget(key))) return
    this.#calls.set(callId, key.hashedToken)
    for (const oldest of oldestBeyond(this.#calls, MAX_CALLS)) this.#calls.delete(oldest)
  }

  #written(callIds: readonly string[]): void {
    for (const callId of callIds) {
      const hashedToken = this.#calls.get(callId)
      if (hashedToken === undefined) continue
      this.#calls.delete(callId)
      this.#due.add(hashedToken)
      if (this.#options.againMs !== undefined) this.#again.add(hashedToken)
    }
    if (this.#due.size > 0) this.#lookIn(this.#pauseMs)
  }

  #lookIn(ms: number): void {
    if (this.#closed || this.#timer || this.#looking) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#look()
    }, ms).unref()
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined
      if (this.#due.size === 0) this.#lookAgain()
      else this.#lookIn(this.#pauseMs)
    })
    return this.#looking
  }

  #lookAgain(): void {
    const { againMs } = this.#options
    if (againMs === undefined || this.#again.size === 0) return
    for (const hashedToken of this.#again) this.#due.add(hashedToken)
    this.#again.clear()
    this.#lookIn(againMs)
  }

  async #lookAtAll(): Promise<void> {
    const tokens = [...this.#due]
    this.#due.clear()
    this.#pauseMs = this.#options.pauseMs ?? PAUSE_MS
    if (tokens.length === 0) return
    try {
      await this.#lookAtGlobal()
      for (let at = 0; at < tokens.length; at += AT_ONCE) {
        await Promise.all(tokens.slice(at, at + AT_ONCE).map((token) => this.#lookAt(token)))
      }
    } catch (error) {
      if (!isDatabaseError(error)) return this.#options.events.tell('fault', { error, where: 'budget alerts' })
      for (const token of tokens) this.#due.add(token)
      this.#pauseMs = RETRY_MS
    }
  }

  async #lookAtGlobal(): Promise<void> {
    const { global } = this.#options
    const spend = await global?.spend()
    if (global && spend !== undefined) this.#tellOf(proxyState(spend, global.max))
  }

  async #lookAt(hashedToken: string): Promise<void> {
    const key = await this.#options.find(hashedToken)
    if (key) for (const state of budgetStatesOf(key, this.#options.settings, new Date())) this.#tellOf(state)
  }

  #tellOf(state: BudgetState): void {
    const { settings, tell } = this.#options
    for (const alert of budgetAlertsOf(state, new Date(), settings)) if (!this.#closed) tell(alert)
  }
}
