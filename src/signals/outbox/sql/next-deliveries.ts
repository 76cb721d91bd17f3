import type { PendingQuery, Sql } from 'postgres'

export interface WaitingRow {
  /** Of the row: a bigint, as text. */
  readonly id: string
  readonly call_id: string
  readonly delivery: string
  readonly kept_at: Date
}

export interface NextDeliveries {
  readonly callback: string
  readonly owner: string
  readonly count: number
  /** Of all their texts together; the first comes even if it is larger. */
  readonly maxBytes: number
}

/** The oldest deliveries of one callback that wait for this process. They stay. */
export function nextDeliveries(
  sql: Sql,
  { callback, owner, count, maxBytes }: NextDeliveries,
): PendingQuery<WaitingRow[]> {
  return sql.unsafe(TEXT, [callback, owner, count, maxBytes], { prepare: true })
}

const TEXT = `
  select w.id::text as id, w.call_id, w.delivery, w.kept_at
  from (
    select o.*, sum(octet_length(o.delivery)) over (order by o.id) as bytes, row_number() over (order by o.id) as place
    from (
      select id, call_id, delivery, kept_at
      from express_litellm.outbox
      where callback = $1 and owner = $2 and refused is null
      order by id
      limit $3::int
    ) as o
  ) as w
  where w.place = 1 or w.bytes <= $4::bigint
  order by w.id`
