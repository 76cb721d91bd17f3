/** One budget, as a call finds it that asks for a part of it. US dollars. */
export interface BudgetState {
  readonly max: number
  /** What calls that have ended cost. */
  readonly spent: number
  /** What the running calls of others have reserved. */
  readonly reserved: number
  /** How many of them have. */
  readonly running: number
  readonly exceededBy: '>' | '>='
}

/** Dollars below which nothing is left: sums of floating point are not exact. */
const NOTHING = 1e-9

/**
 * Whether a budget has room for a call that reserves `needed`. `now`: yes. `later`: only if running calls cost less than
 * they have reserved. `never`: it is spent. A call that runs alone may begin with what is left, as in LiteLLM: so a
 * budget is spent to its end, and overshot by less than that one call.
 */
export function roomIn({ max, spent, reserved, running, exceededBy }: BudgetState, needed: number) {
  if (exceededBy === '>' ? spent > max : spent >= max) return 'never'
  // Of a ceiling of 0 or less nothing can be reserved; such a budget is only looked at, as in LiteLLM.
  if (needed <= 0 || max <= 0) return 'now'
  const left = max - spent - reserved
  if (running === 0) return left >= NOTHING ? 'now' : 'never'
  return left >= needed - NOTHING ? 'now' : 'later'
}
