import type { Json } from '../types.ts'

const LISTS = new Set([
  ...['models', 'teams', 'admins', 'members', 'allowed_cache_controls', 'allowed_routes', 'policies'],
  ...['access_group_ids', 'team_member_permissions', 'allowed_models', 'default_team_member_models'],
])

/** The value of a column, where a list that is null is an empty one. */
export function listed(name: string, value: unknown): unknown {
  return value === null && LISTS.has(name) ? [] : value
}

/** Those of the columns that a request names, with what goes into them. */
export function namedColumns(columns: readonly string[], request: Json): Json {
  const named = columns.filter((name) => request[name] !== undefined)
  return Object.fromEntries(named.map((name) => [name, listed(name, request[name])]))
}
