import { openWindow } from '../../admission/facts/budget-duration.ts'
import { type TimeZone, ZonedDate } from '../../admission/facts/time-zone.ts'
import type { BudgetWindow, SpendEvent } from '../../types.ts'
import { cleanDate, cleanId } from './clean.ts'

/** A budget window that a call counts in, under the names of LiteLLM_BudgetWindowSpend. */
export interface ChargedWindow {
  readonly entity_type: 'key' | 'team'
  readonly entity_id: string
  readonly window_duration: string
  /** ISO, UTC. */
  readonly window_start: string
}

/** The windows of key and team that were open when the call ended. */
export function chargedWindows(
  { key, outcome: { endedAt } }: SpendEvent,
  timeZone?: TimeZone,
): readonly ChargedWindow[] {
  const has = key?.budgetWindows?.length || key?.team?.budgetWindows?.length
  if (!key || key.master || !has) return []
  const at = new ZonedDate(Number.isNaN(endedAt.getTime()) ? new Date() : endedAt, timeZone)
  return [
    ...windowsOf('key', key.hashedToken, key.budgetWindows, at),
    ...windowsOf('team', key.team?.id, key.team?.budgetWindows, at),
  ]
}

function windowsOf(
  entity_type: ChargedWindow['entity_type'],
  id: string | undefined,
  windows: readonly BudgetWindow[] = [],
  at: ZonedDate,
): ChargedWindow[] {
  if (!id) return []
  const starts = new Map<string, Date>()
  for (const { duration, resetAt } of windows) {
    const { since } = openWindow(duration, at, resetAt)
    if (since) starts.set(duration, since)
  }
  return [...starts].map(([duration, start]) => ({
    entity_type,
    entity_id: cleanId(id),
    window_duration: cleanId(duration),
    window_start: cleanDate(start).toISOString(),
  }))
}
