import type { BudgetWindow } from '../types.ts'
import { type Budget, type BudgetPeriod, spendOf } from './budget.ts'
import { durationStart, nextReset } from './budget-duration.ts'
import type { CallFacts } from './check.ts'
import { windowCounter } from './counters.ts'
import { ZonedDate } from './zoned-date.ts'

/** Who has the windows, and where its spend is counted. */
export interface WindowOwner {
  readonly entity: 'key' | 'team'
  readonly id: string
  readonly counter: string
  /** As LiteLLM's message names it. */
  readonly shown: string
}

/** Budgets that start anew after each duration, as budgets on counters of their own. */
export function windowBudgets(
  facts: CallFacts,
  owner: WindowOwner,
  list: readonly BudgetWindow[] = [],
  now: ZonedDate,
): readonly Budget[] {
  return list.map((window) => {
    const counter = windowCounter(owner.counter, window.duration)
    return {
      counter,
      spend: spendOf(facts, counter, undefined),
      max: window.maxBudget,
      exceededBy: '>=',
      owner: owner.shown,
      window: periodOf(owner, window, now),
      sentence: (spend, max) =>
        `ExceededBudget: ${owner.shown} over ${window.duration} budget. ` +
        `Spend=$${spend.toFixed(4)}, Limit=$${max.toFixed(2)}`,
    }
  })
}

/** LiteLLM's own time of reset while it lies ahead; a reset that nobody has made yet does not hold the window open. */
function periodOf({ entity, id }: WindowOwner, { duration, resetAt }: BudgetWindow, now: ZonedDate): BudgetPeriod {
  const endsAt = resetAt && resetAt > now ? resetAt : nextReset(duration, now)
  const since = durationStart(duration, new ZonedDate(endsAt, now.zone))
  return { endsAt, filledBy: since && { entity, id, since } }
}
