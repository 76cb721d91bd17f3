import { DAILIES } from '../../database/entities.ts'
import { type DailySumFilter, type SumBy, sumDaily } from '../../reports/sql/sum-daily.ts'
import type { AdminStore } from '../admin-store.ts'
import { refuseDict } from '../refuse.ts'

type Entity = 'user' | 'team' | 'organization' | 'tag' | 'end_user' | 'agent'

/** Sums of the daily table of these entities; nothing where the database does not have it. */
export async function dailySums<By extends SumBy>(
  store: AdminStore,
  entity: Entity,
  filter: Omit<DailySumFilter, 'table' | 'id'>,
  by: readonly By[],
) {
  const daily = DAILIES.find(({ name }) => name === entity)
  if (!daily || !store.has(daily.table)) return []
  return await sumDaily(store.sql, { table: daily.table, id: daily.id, ...filter }, by)
}

export interface Days {
  readonly from: string
  readonly to: string
}

const TIME = /T[\d:.]+(Z|[+-]\d\d:?\d\d)?$/
const DAY = /^\d{4}-\d\d-\d\d$/
const DAY_MS = 86_400_000

interface AskedDays {
  readonly start_date?: string
  readonly end_date?: string
}

/** The days of a report, both included. A time stands for its day: a page of LiteLLM's sends whole ones. */
export function daysOf({ start_date, end_date }: AskedDays): Days {
  return plainDaysOf({ start_date: start_date?.replace(TIME, ''), end_date: end_date?.replace(TIME, '') })
}

/** The same without times. LiteLLM demands both days. */
export function plainDaysOf({ start_date: from, end_date: to }: AskedDays): Days {
  if (from === undefined || to === undefined) throw refuseDict(400, 'Please provide start_date and end_date')
  if (![from, to].every((day) => DAY.test(day) && !Number.isNaN(Date.parse(day)))) {
    throw refuseDict(400, 'start_date and end_date must be valid YYYY-MM-DD dates')
  }
  return { from, to }
}

/** LiteLLM's last 30 days, with today. */
export function lastMonth(now: Date): Pick<Days, 'from'> {
  return { from: dayBefore(now, 30) }
}

export function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10)
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}

/** The dearest first. */
export function bySpend(a: { readonly spend: number }, b: { readonly spend: number }): number {
  return b.spend - a.spend
}
