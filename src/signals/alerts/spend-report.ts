import type { Alert } from './alert.ts'
import type { DayRange, SpendRow } from './sql/report-spend.ts'

const DAY_MS = 24 * 3_600_000

export interface SpendReportRange extends DayRange {
  /** Which report it is: "7 days", "month". */
  readonly of: string
  /** LiteLLM's head of it. */
  readonly title: string
}

/** The last whole `days`, and the last whole month, before this moment. Days are those of the daily tables: UTC. */
export function spendReportRanges(days: number, now: Date): readonly SpendReportRange[] {
  const today = Math.floor(now.getTime() / DAY_MS)
  const end = today - (today % days)
  const range = { from: dayText((end - days) * DAY_MS), to: dayText(end * DAY_MS) }
  const title = `*💸 Spend Report for \`${american(range.from)} - ${american(range.to)}\` (${days} days)*\n`
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const before = { from: dayText(Date.UTC(year, month - 1, 1)), to: dayText(Date.UTC(year, month, 1)) }
  const last = american(dayText(Date.UTC(year, month, 0)))
  const monthly = `*💸 Monthly Spend Report for \`${american(before.from)} - ${last}\` *\n`
  return [
    { ...range, of: `${days} days`, title },
    { ...before, of: 'month', title: monthly },
  ]
}

/** LiteLLM's report of what was spent; `undefined` where nothing was. */
export function spendReport(
  range: SpendReportRange,
  teams: readonly SpendRow[],
  tags: readonly SpendRow[],
): Alert | undefined {
  if (teams.length + tags.length === 0) return undefined
  const parts = [
    range.title,
    '\n*Team Spend Report:*\n',
    ...teams.map(({ name, spend }) => `Team: \`${name}\` | Spend: \`$${rounded(spend)}\`\n`),
    '\n*Tag Spend Report:*\n',
    ...tags.map(({ name, spend }) => `Tag: \`${name}\` | Spend: \`$${rounded(spend)}\`\n`),
  ]
  return {
    id: `spend report ${range.of} ${range.to}`,
    type: 'spend_reports',
    level: 'Low',
    message: parts.join(''),
    at: new Date(),
    // Longer than the range is told of.
    periodMs: 2 * (Date.parse(range.to) - Date.parse(range.from)),
  }
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** "02-16-2026" */
function american(day: string): string {
  return `${day.slice(5)}-${day.slice(0, 4)}`
}

function rounded(spend: number): number {
  return Math.round(spend * 1e4) / 1e4
}
