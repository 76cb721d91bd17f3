import type { Call } from '../../types.ts'
import type { Budget } from '../facts/budget.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import type { FactsStore } from '../facts/facts-store.ts'
import type { BudgetReservations } from './budget-reservations.ts'

interface WindowSeedsParts {
  readonly reservations: BudgetReservations
  readonly store: FactsStore
  readonly settings: CheckSettings
}

/**
 * Budget windows begin with what the log says was spent in them, asked for once a window. `undefined`: those of this call
 * have begun.
 */
export function windowSeeds({ reservations, store, settings }: WindowSeedsParts) {
  const seeding = new Map<string, Promise<void>>()

  return function seeded(facts: CallFacts, call: Call | undefined): Promise<unknown> | undefined {
    const windows = reservations.unseeded(facts, call, settings)
    return windows.length > 0 ? Promise.all(windows.map(once)) : undefined
  }

  function once(budget: Budget): Promise<void> {
    const running = seeding.get(budget.counter)
    if (running !== undefined) return running
    const seeded = seed(budget).finally(() => seeding.delete(budget.counter))
    seeding.set(budget.counter, seeded)
    return seeded
  }

  /** What cannot be read now counts as 0. */
  async function seed(budget: Budget): Promise<void> {
    const { filledBy } = budget.window ?? {}
    const spend = filledBy && (await store.spendSince(filledBy))
    if (spend !== undefined) reservations.seed(budget, spend)
  }
}
