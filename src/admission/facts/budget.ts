import type { CallFacts } from './check.ts'
import { ownerOf } from './counters.ts'
import { pythonFloat } from './python-text.ts'
import type { BudgetKind, Refusal } from './refusal.ts'

/** One ceiling on spend that a call must stay below. US dollars. */
export interface Budget {
  readonly kind: BudgetKind
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
  /** For budgets that reset: the current window. */
  readonly window?: BudgetPeriod
  /** LiteLLM's sentence, where it is not the usual one. */
  readonly sentence?: (spend: number, max: number) => string
}

export interface BudgetPeriod {
  readonly endsAt: Date
  /** Whose spend since when fills it. Absent when the spend before this process started cannot be read. */
  readonly filledBy?: { readonly entity: 'key' | 'team'; readonly id: string; readonly since: Date }
}

export function isExceeded({ spend, max, exceededBy }: Budget): boolean {
  return exceededBy === '>' ? spend > max : spend >= max
}

/** The refusal when the budget is exceeded. */
export function checkBudget(budget: Budget | undefined): Refusal | undefined {
  return budget && isExceeded(budget) ? overBudget(budget) : undefined
}

/** How much of a budget is gone, in US dollars. */
export interface BudgetUse {
  readonly spend: number
  /** What running calls have reserved. */
  readonly reserved: number
  /** How many of them. */
  readonly running: number
  /** What the refused call would have reserved. */
  readonly needed: number
}

/** The refusal of a budget, with what is spent and what running calls have reserved of it. */
export function overBudget({ kind, owner, counter, sentence, max, ...budget }: Budget, use?: BudgetUse): Refusal {
  const { spend, reserved, running, needed } = use ?? { spend: budget.spend, reserved: 0, running: 0, needed: 0 }
  const message = sentence
    ? sentence(spend, max)
    : `Budget has been exceeded! ${owner && `${owner} `}Current cost: ${pythonFloat(spend)}, Max budget: ${pythonFloat(max)}`
  const exceeded = { type: 'budget', ...ownerOf(counter), budget: max, spend }
  if (running === 0) return { code: 'budget_exceeded', budget: kind, message, exceeded }
  const calls = running === 1 ? '1 running call' : `${running} running calls`
  return {
    code: 'budget_exceeded',
    budget: kind,
    exceeded,
    message:
      `${message}. Reserved by ${calls}: ${dollars(reserved)}. ` +
      `This call needs ${dollars(needed)}: send it again when running calls have ended, or with a lower output limit`,
    // The next moment may have room.
    headers: { 'retry-after': '1' },
  }
}

/** Sums of floating point, without the digits that mean nothing. */
function dollars(amount: number): string {
  return pythonFloat(Number(amount.toPrecision(6)))
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
