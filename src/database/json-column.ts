import type { BudgetWindow, Json, Limits } from '../types.ts'

/*
 * Readers of columns that left the database inside a JSON value. `null` and what is of the wrong kind is `undefined`.
 */

/** The first moment a date can hold. */
const FIRST_MS = -8.64e15

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function bool(value: unknown): boolean {
  return value === true
}

/** Numbers of any column type; `"Infinity"` is how JSON carries what it has no number for. */
export function money(value: unknown): number | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

export function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
}

/** LiteLLM's timestamps carry no zone and mean UTC. What is too far ahead for a date, `infinity` too, never comes. */
export function date(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined
  if (value === '-infinity' || value.endsWith(' BC')) return new Date(FIRST_MS)
  const parsed = new Date(/([zZ]|[+-]\d\d(:?\d\d)?)$/.test(value.slice(10)) ? value : `${value.replace(' ', 'T')}Z`)
  return Number.isNaN(parsed.getTime()) ? undefined : parsed
}

/** Some versions of LiteLLM store objects as JSON strings that hold the object. */
export function json(value: unknown): Json {
  const parsed = typeof value === 'string' ? tryParse(value) : value
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : {}
}

export function jsonArray(value: unknown): readonly unknown[] {
  const parsed = typeof value === 'string' ? tryParse(value) : value
  return Array.isArray(parsed) ? parsed : []
}

export function stringMap(value: unknown): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(json(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** An empty object in a budget column means the same as null. */
export function filled(value: unknown): Json | undefined {
  const object = json(value)
  return Object.keys(object).length > 0 ? object : undefined
}

/** An object of lists of names; `undefined` when nothing is in it. */
export function nameLists(value: unknown): Readonly<Record<string, readonly string[]>> | undefined {
  const found = Object.entries(json(value)).flatMap(([name, list]) => {
    const names = strings(list)
    return names?.length ? [[name, names] as const] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** The column `budget_limits`. */
export function budgetWindows(value: unknown): readonly BudgetWindow[] | undefined {
  const found = jsonArray(value).flatMap((entry) => {
    const { budget_duration, max_budget, reset_at } = json(entry)
    const duration = text(budget_duration)
    const maxBudget = money(max_budget)
    return duration && maxBudget !== undefined ? [{ duration, maxBudget, resetAt: date(reset_at) }] : []
  })
  return found.length > 0 ? found : undefined
}

function tryParse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

type LimitColumns = {
  readonly [Name in 'rpm_limit' | 'tpm_limit' | 'tpd_limit' | 'max_parallel_requests']?: unknown
}

/** The columns of limits, as keys, users, teams and budgets have them. */
export function limitsOf(row: LimitColumns | null): Limits {
  return {
    rpm: money(row?.rpm_limit),
    tpm: money(row?.tpm_limit),
    tpd: money(row?.tpd_limit),
    maxParallelRequests: money(row?.max_parallel_requests),
  }
}
