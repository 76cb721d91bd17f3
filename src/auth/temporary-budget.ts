import type { MemberFacts, VirtualKey } from '../types.ts'

/** A key's ceiling now: `metadata.temp_budget_increase` counts until `metadata.temp_budget_expiry`. */
export function maxBudgetOfKey({ maxBudget, metadata }: VirtualKey, now: Date): number | undefined {
  const { temp_budget_increase: increase, temp_budget_expiry: until } = metadata
  if (maxBudget === undefined || typeof increase !== 'number' || typeof until !== 'string') return maxBudget
  return utc(until) > now ? maxBudget + increase : maxBudget
}

/** A member's ceiling now: its own or the team's default, with its own temporary increase. */
export function maxBudgetOfMember(member: MemberFacts, now: Date): number | undefined {
  const { maxBudget, budgetIncrease, budgetIncreaseUntil } = member
  if (maxBudget === undefined || budgetIncrease === undefined || !budgetIncreaseUntil) return maxBudget
  return budgetIncreaseUntil > now ? maxBudget + budgetIncrease : maxBudget
}

/** LiteLLM writes these times with and without a zone; without one they are UTC. */
function utc(text: string): Date {
  return new Date(/(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(':') ? text : `${text.replace(' ', 'T')}Z`)
}
