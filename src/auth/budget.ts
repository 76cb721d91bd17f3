import type { CallFacts } from './check.ts'
import { pythonFloat } from './python-text.ts'
import type { Refusal } from './refusal.ts'

/** One ceiling on spend that a call must stay below. US dollars. */
export interface Budget {
  /** Where its spend is counted. */
  readonly counter: string
  readonly spend: number
  readonly max: number
  /** LiteLLM is not of one mind whether spending a budget to the cent exceeds it. */
  readonly exceededBy: '>' | '>='
  /** Who it belongs to, as in "Budget has been exceeded! Team=x": "Team=x". */
  readonly owner: string
  /** The call is held to it, and will not be charged to it. */
  readonly untouched?: boolean
  /** For budgets that start anew: the window that holds now. */
  readonly window?: BudgetPeriod
  /** LiteLLM's sentence, where it is not the usual one. */
  readonly sentence?: (spend: number, max: number) => string
}

export interface BudgetPeriod {
  readonly endsAt: Date
  /** Whose spend since when fills it. Absent when nobody can say what was spent before this process began. */
  readonly filledBy?: { readonly entity: 'key' | 'team'; readonly id: string; readonly since: Date }
}

export function isExceeded({ spend, max, exceededBy }: Budget): boolean {
  return exceededBy === '>' ? spend > max : spend >= max
}

/** The refusal when the budget is exceeded. */
export function checkBudget(budget: Budget | undefined): Refusal | undefined {
  return budget && isExceeded(budget) ? overBudget(budget) : undefined
}

/** The refusal of a budget, at the spend it has or at the spend it would have. */
export function overBudget({ owner, sentence, max, ...budget }: Budget, spend = budget.spend): Refusal {
  const message = sentence
    ? sentence(spend, max)
    : `Budget has been exceeded! ${owner && `${owner} `}Current cost: ${pythonFloat(spend)}, Max budget: ${pythonFloat(max)}`
  return { code: 'budget_exceeded', message }
}

/** The spend behind a counter: what the database said, and what is not written yet. */
export function spendOf(
  facts: CallFacts,
  counter: string,
  recorded: number | undefined,
  readAt: Date | undefined = facts.key.readAt,
): number {
  return facts.spendOf ? facts.spendOf(counter, recorded, readAt) : (recorded ?? 0)
}
