import type { Json } from '../types.ts'
import { listed } from './list-columns.ts'

const TIMES = /_at$|^expires$|^last_active$|_expiry$/

/** A row as it is answered: times with their zone, lists instead of null, and never a password. */
export function answerRow(row: Json): Record<string, unknown> {
  const { password: _password, ...columns } = row
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, answerValue(name, value)]))
}

function answerValue(name: string, value: unknown): unknown {
  if (value === null) return listed(name, value)
  if (typeof value === 'string' && TIMES.test(name) && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value)) return `${value}Z`
  return value
}
