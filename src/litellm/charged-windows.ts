import { durationStart, nextReset } from '../auth/budget-duration.ts'
import type { BudgetWindow, SpendEvent } from '../types.ts'
import { cleanDate } from './clean-date.ts'
import { cleanId } from './clean-text.ts'

/** A budget window that a call counts in, under the names of LiteLLM_BudgetWindowSpend. */
export interface ChargedWindow {
  readonly entity_type: 'key' | 'team'
  readonly entity_id: string
  readonly window_duration: string
  /** ISO, UTC. */
  readonly window_start: string
}

/** The windows of key and team that were open when the call ended. */
export function chargedWindows({ key, outcome: { endedAt } }: SpendEvent): readonly ChargedWindow[] {
  const has = key?.budgetWindows?.length || key?.team?.budgetWindows?.length
  if (!key || key.master || !has) return []
  const at = Number.isNaN(endedAt.getTime()) ? new Date() : endedAt
  return [
    ...windowsOf('key', key.hashedToken, key.budgetWindows, at),
    ...windowsOf('team', key.team?.id, key.team?.budgetWindows, at),
  ]
}

function windowsOf(
  entity_type: ChargedWindow['entity_type'],
  id: string | undefined,
  windows: readonly BudgetWindow[] = [],
  at: Date,
): ChargedWindow[] {
  if (!id) return []
  const starts = new Map<string, Date>()
  for (const { duration, resetAt } of windows) {
    // LiteLLM's own time of reset while it lies ahead; one that nobody has made yet does not hold the window open.
    const start = durationStart(duration, resetAt && resetAt > at ? resetAt : nextReset(duration, at))
    if (start) starts.set(duration, start)
  }
  return [...starts].map(([duration, start]) => ({
    entity_type,
    entity_id: cleanId(id),
    window_duration: cleanId(duration),
    window_start: cleanDate(start),
  }))
}
