import type { PendingQuery, Sql } from 'postgres'
import type { Place } from '../../rate-counters.ts'

type PlaceRow = { readonly used: number }

/** Takes a place among the running calls if one of `limit` is free. One row: how many would be used. */
export function takePlace(
  sql: Sql,
  { counter, callId }: Place,
  limit: number,
  ttlMs: number,
): PendingQuery<[PlaceRow]> {
  return sql.unsafe(TEXT, [counter, callId, limit, ttlMs], { prepare: true })
}

const TEXT = 'select express_litellm.take_place($1, $2, $3, $4)::int as used'
