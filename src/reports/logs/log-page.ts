import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'
import type { Span } from '../closed-days.ts'
import { type Counted, countCalls, MOST_COUNTED } from './count-calls.ts'
import { findCalls } from './find-calls.ts'
import { findDays } from './find-days.ts'
import { type Listing, type LogCursor, type LogSort, listCalls } from './list-calls.ts'
import { type ListedSession, listSessions, listSortedSessions } from './list-sessions.ts'
import type { LogFilter } from './log-filter.ts'

export interface LogPageRequest {
  readonly filter: LogFilter
  readonly sort: LogSort
  readonly descending: boolean
  /** From 1 up. Pages that begin after `MOST_COUNTED` calls are reached by a cursor only. */
  readonly page: number
  readonly size: number
  /** One row for each session, and for each call outside of any. */
  readonly bySession: boolean
  /** Where the page before has ended: it takes the place of `page`. */
  readonly after?: LogCursor
}

export interface LogPage extends Counted {
  readonly rows: readonly Json[]
  /** The cursor of the next page, of the sort by start. */
  readonly next?: string
  readonly hasMore: boolean
}

/** What this database has. */
export interface LogSchema {
  hasColumn(column: string): boolean
  /** The daily tables of users and teams. */
  readonly hasDailies: boolean
}

/** Whether this page can only be reached by a cursor. */
export function isTooFar({ page, size, after }: Pick<LogPageRequest, 'page' | 'size' | 'after'>): boolean {
  return after === undefined && (page - 1) * size >= MOST_COUNTED
}

/** A page of the log, without what clients and models have said. It costs the same however long the log is. */
export async function logPage(sql: Sql, request: LogPageRequest, schema: LogSchema): Promise<LogPage> {
  const { filter, size, page, after, sort, bySession } = request
  const skipped = after ? 0 : (page - 1) * size
  const listed = await list(sql, request, skipped + size + 1, schema)
  const hasMore = listed.length > skipped + size
  const shown = listed.slice(skipped, skipped + size)
  // A list that ends here has told how long it is.
  const isCounted = !hasMore && after === undefined
  const [rows, counted] = await Promise.all([
    findCalls(
      sql,
      shown.map((one) => ('shownId' in one ? one.shownId : one.requestId)),
      schema.hasColumn,
    ),
    isCounted ? exactly(listed.length) : countCalls(sql, filter, bySession),
  ])
  const last = shown.at(-1)
  const isSeekable = sort === 'startTime' && hasMore && last !== undefined
  return {
    ...counted,
    total: Math.min(Math.max(counted.total, listed.length), MOST_COUNTED),
    rows,
    hasMore,
    ...(isSeekable && { next: cursorText(last) }),
  }
}

export function cursorText({ startTime, requestId }: LogCursor): string {
  return `${startTime}|${requestId}`
}

/** `undefined`: no cursor of ours. */
export function readCursor(text: string): LogCursor | undefined {
  const [, startTime, requestId] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\|(.+)$/s.exec(text) ?? []
  return startTime === undefined || requestId === undefined ? undefined : { startTime, requestId }
}

function exactly(total: number): Counted {
  return { total, capped: total > MOST_COUNTED, estimated: false }
}

async function list(
  sql: Sql,
  { filter, sort, descending, bySession, after }: LogPageRequest,
  limit: number,
  { hasDailies }: LogSchema,
): Promise<readonly (LogCursor | ListedSession)[]> {
  const listing: Listing = { sort, descending, limit, after }
  if (sort !== 'startTime') return await (bySession ? listSortedSessions : listCalls)(sql, filter, listing)
  const stretches = await stretchesOf(sql, filter, hasDailies)
  const found: (LogCursor | ListedSession)[] = []
  for (const stretch of descending ? stretches : stretches.toReversed()) {
    const rest = { ...listing, limit: limit - found.length }
    const more = bySession
      ? await listSessions(sql, filter, stretch, rest)
      : await listCalls(sql, { ...filter, ...stretch }, rest)
    found.push(...more)
    if (found.length >= limit) break
  }
  return found
}

const DAY_MS = 86_400_000

/** The daily tables may be behind the log by this. */
const LATE_MS = DAY_MS

/** The parts of the time asked for in which there can be calls that the filter lets pass, the latest first. */
async function stretchesOf(sql: Sql, filter: LogFilter, hasDailies: boolean): Promise<readonly Span[]> {
  const { from, to } = filter
  const isBounded = Number.isFinite(Date.parse(`${from}Z`)) && Number.isFinite(Date.parse(`${to}Z`))
  const found = hasDailies && isBounded ? await findDays(sql, filter) : undefined
  if (!found?.first) return [{ from, to }]
  const [days, known] = [new Set(found.days), new Set(found.known)]
  const unsettled = new Date(Date.now() - LATE_MS).toISOString().slice(0, 10)
  const stretches: Span[] = []
  for (let day = to.slice(0, 10); day >= from.slice(0, 10); day = dayBefore(day)) {
    if (day <= found.first) {
      add({ from, to: endOf(day) })
      break
    }
    if (day >= unsettled || days.has(day) || !known.has(day)) add({ from: `${day}T00:00:00.000`, to: endOf(day) })
  }
  return stretches

  /** Neighbouring days are one stretch. */
  function add(next: Span): void {
    const within = { from: next.from < from ? from : next.from, to: next.to > to ? to : next.to }
    const before = stretches.at(-1)
    if (before && Date.parse(`${before.from}Z`) - Date.parse(`${within.to}Z`) <= 1) {
      stretches[stretches.length - 1] = { from: within.from, to: before.to }
    } else stretches.push(within)
  }
}

function endOf(day: string): string {
  return `${day}T23:59:59.999`
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
}
