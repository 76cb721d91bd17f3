import type { PendingQuery, Sql } from 'postgres'

export interface RefusedRow {
  readonly id: string
  readonly callback: string
  readonly delivery: string
  readonly kept_at: Date
  readonly refused: string
}

/** The dead letters of all callbacks, by callback, the oldest first. */
export function refusedDeliveries(sql: Sql): PendingQuery<RefusedRow[]> {
  return sql.unsafe(TEXT, [], { prepare: true })
}

const TEXT = `
  select id::text as id, callback, delivery, kept_at, refused
  from express_litellm.outbox
  where refused is not null
  order by callback, id`
