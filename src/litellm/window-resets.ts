import type { Sql } from 'postgres'
import { nextReset } from '../auth/budget-duration.ts'
import type { ZonedDate } from '../auth/zoned-date.ts'
import { date, json, jsonArray, text } from './json-column.ts'
import type { Schema } from './schema.ts'
import { hasWindows, listWindows, PAGE, WINDOW_OWNERS, type WindowOwners, type WindowsRow } from './sql/list-windows.ts'
import { resetWindows, type WindowReset } from './sql/reset-windows.ts'
import { withDeadline } from './with-deadline.ts'

export interface WindowResetsOptions {
  readonly sql: Sql
  readonly schema: Schema
  /** Days begin by its clock. */
  readonly now: ZonedDate
  readonly timeoutMs: number
}

/**
 * Gives budget windows that are over, or were never given an end, their next one; says how many. What is spent in a
 * window is counted from its begin, so nothing else is to be done.
 */
export async function resetDueWindows(options: WindowResetsOptions): Promise<number> {
  let total = 0
  for (const owners of WINDOW_OWNERS) if (hasWindows(options.schema, owners)) total += await resetOf(owners, options)
  return total
}

async function resetOf(owners: WindowOwners, { sql, now, timeoutMs }: WindowResetsOptions): Promise<number> {
  let total = 0
  let after = ''
  for (;;) {
    const query = listWindows(sql, owners, after, now)
    const rows = (await withDeadline(query, timeoutMs)) as unknown as readonly WindowsRow[]
    const resets = rows.flatMap((row) => resetsOf(row, now))
    if (resets.length > 0) {
      const [moved] = await withDeadline(resetWindows(sql, owners, resets), timeoutMs)
      total += Number(moved!.count)
    }
    if (rows.length < PAGE) return total
    after = rows.at(-1)!.id
  }
}

function resetsOf({ id, was, windows }: WindowsRow, now: Date): readonly WindowReset[] {
  return jsonArray(windows).flatMap((entry, index) => {
    const { budget_duration, reset_at } = json(entry)
    const duration = text(budget_duration)
    const endsAt = date(reset_at)
    if (!duration || (endsAt && endsAt > now)) return []
    return [{ id, was, place: index + 1, next: nextReset(duration, now).toISOString() }]
  })
}
