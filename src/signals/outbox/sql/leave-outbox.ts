import type { PendingQuery, Row, Sql } from 'postgres'

/** Forgets deliveries that have been made. */
export function removeDeliveries(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(REMOVE, [JSON.stringify(ids)], { prepare: true })
}

const REMOVE = `
  delete from express_litellm.outbox as o
  using json_array_elements_text($1::text::json) as g (id)
  where o.id = g.id::bigint`

/** Makes a delivery a dead letter, with why. */
export function refuseDelivery(sql: Sql, id: string, reason: string): PendingQuery<Row[]> {
  return sql.unsafe(REFUSE, [id, reason], { prepare: true })
}

const REFUSE = `
  update express_litellm.outbox
  set refused = $2
  where id = $1::text::bigint`

/** Lets a dead letter wait again: the next process that looks tells it. */
export function repeatDelivery(sql: Sql, id: string): PendingQuery<Row[]> {
  return sql.unsafe(REPEAT, [id], { prepare: true })
}

const REPEAT = `
  update express_litellm.outbox
  set refused = null, owner = ''
  where id = $1::text::bigint and refused is not null
  returning id`
