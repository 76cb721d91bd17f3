import type { Sql } from 'postgres'
import { byObject } from '../lib/memoize.ts'

/** A part of the time: from its beginning to before its end. UTC, ISO without a zone. */
export interface Span {
  readonly from: string
  readonly to: string
}

interface Remembered {
  readonly atMs: number
  /** Rows by day. */
  readonly days: Map<string, readonly unknown[]>
}

/** Calls that end late, and rows that wait in a journal, still come into a day that is over. */
const SETTLED_AFTER_MS = 3 * 3_600_000
/** Retention and corrections change days that are over. */
const KEPT_MS = 3_600_000
const MOST_REPORTS = 100
const DAY_MS = 86_400_000

const remembered = byObject<Sql, Map<string, Remembered>>(() => new Map())

/**
 * Rows of a report on the log itself, which no daily table has, for a time of many days. Days that are over are read once an
 * hour; the others, and parts of days, each time. `read` has to tell days apart by `day`.
 */
export async function readByDays<Row extends { readonly day: string }>(
  sql: Sql,
  report: string,
  { from, to }: Span,
  read: (span: Span) => Promise<readonly Row[]>,
  now = new Date(),
): Promise<readonly Row[]> {
  const settled = dayOf(new Date(now.getTime() - SETTLED_AFTER_MS))
  const whole = wholeDays(from, to).filter((day) => day < settled)
  const [first, last] = [whole[0], whole.at(-1)]
  if (first === undefined || last === undefined) return await read({ from, to })
  const [closed, ...open] = await Promise.all([
    readClosed(sql, report, whole, read, now),
    from < startOf(first) ? read({ from, to: startOf(first) }) : [],
    startOf(dayAfter(last)) < to ? read({ from: startOf(dayAfter(last)), to }) : [],
  ])
  return [...closed, ...open.flat()]
}

async function readClosed<Row extends { readonly day: string }>(
  sql: Sql,
  report: string,
  days: readonly string[],
  read: (span: Span) => Promise<readonly Row[]>,
  now: Date,
): Promise<readonly Row[]> {
  const { days: known } = memoryOf(remembered(sql), report, now.getTime())
  const missing = days.filter((day) => !known.has(day))
  const [first, last] = [missing[0], missing.at(-1)]
  if (first !== undefined && last !== undefined) {
    const rows = Map.groupBy(await read({ from: startOf(first), to: startOf(dayAfter(last)) }), ({ day }) => day)
    for (const day of missing) known.set(day, rows.get(day) ?? [])
  }
  return days.flatMap((day) => (known.get(day) ?? []) as readonly Row[])
}

function memoryOf(reports: Map<string, Remembered>, report: string, nowMs: number): Remembered {
  const found = reports.get(report)
  if (found && nowMs - found.atMs < KEPT_MS) return found
  const made = { atMs: nowMs, days: new Map() }
  reports.delete(report)
  reports.set(report, made)
  const [oldest] = reports.keys()
  if (reports.size > MOST_REPORTS && oldest !== undefined) reports.delete(oldest)
  return made
}

function wholeDays(from: string, to: string): readonly string[] {
  const days: string[] = []
  const first = startOf(from.slice(0, 10)) < from ? dayAfter(from.slice(0, 10)) : from.slice(0, 10)
  for (let day = first; startOf(dayAfter(day)) <= to; day = dayAfter(day)) days.push(day)
  return days
}

function startOf(day: string): string {
  return `${day}T00:00:00.000`
}

function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS))
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
