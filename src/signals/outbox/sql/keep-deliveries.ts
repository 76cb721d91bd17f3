import type { PendingQuery, Row, Sql } from 'postgres'

export interface DeliveryRow {
  readonly callback: string
  readonly call_id: string
  /** JSON. As text: what a client wrote may hold characters that `jsonb` refuses. */
  readonly delivery: string
}

/** Keeps deliveries, in the order given, for the process `owner` to make. */
export function keepDeliveries(sql: Sql, owner: string, rows: readonly DeliveryRow[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [owner, JSON.stringify(rows)], { prepare: true })
}

const TEXT = `
  insert into express_litellm.outbox (callback, owner, call_id, delivery)
  select g.row ->> 'callback', $1::text, g.row ->> 'call_id', g.row ->> 'delivery'
  from json_array_elements($2::text::json) with ordinality as g (row, place)
  order by g.place`
