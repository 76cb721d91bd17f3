import type { Limits, VirtualKey } from '../../types.ts'
import { type Budget, isExceeded } from '../facts/budget.ts'
import type { CheckSettings } from '../facts/check.ts'

/**
 * A key may ask to be slowed down by its budget, not stopped: `metadata.throttle_on_budget_exceeded`. That needs a rate
 * that can be lowered, and the part of it that is left, from the settings. Without either the budget stops it.
 */
export function throttles({ metadata, limits }: VirtualKey, { throttlePart }: CheckSettings): boolean {
  if (metadata.throttle_on_budget_exceeded !== true || throttlePart === undefined) return false
  return limits?.rpm !== undefined || limits?.tpm !== undefined
}

/** The limits of a key that throttles, at least 1 each, once its budget is exceeded. */
export function throttled(limits: Limits | undefined, budgets: readonly Budget[], part: number): Limits | undefined {
  if (!limits || !budgets.some(isExceeded)) return limits
  const slower = (limit: number | undefined) => limit && Math.max(1, Math.floor(limit * part))
  return { ...limits, rpm: slower(limits.rpm), tpm: slower(limits.tpm) }
}
