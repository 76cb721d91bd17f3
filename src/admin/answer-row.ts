import type { Json } from '../types.ts'

const TIMES = /_at$|^expires$|^last_active$|_expiry$/
const LISTS = new Set([
  ...['models', 'teams', 'admins', 'members', 'allowed_cache_controls', 'allowed_routes', 'policies'],
  ...['access_group_ids', 'team_member_permissions'],
])

/** A row as it is answered: times with their zone, lists instead of null, and never a password. */
export function answerRow(row: Json): Record<string, unknown> {
  const { password: _password, ...columns } = row
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, answerValue(name, value)]))
}

function answerValue(name: string, value: unknown): unknown {
  if (value === null && LISTS.has(name)) return []
  if (typeof value === 'string' && TIMES.test(name) && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value)) return `${value}Z`
  return value
}
