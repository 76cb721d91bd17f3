import type { Refusal } from './refusal.ts'

/** The budget that the checks have told already is not told again. */
export function mergedReport(
  reported: readonly Refusal[],
  overBudget: Refusal | undefined,
  overRate: Refusal | undefined,
): readonly Refusal[] {
  const told = reported.some(({ code }) => code === 'budget_exceeded')
  return [...reported, told ? undefined : overBudget, overRate].filter((refusal) => refusal !== undefined)
}
