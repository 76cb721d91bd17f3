import type { PendingQuery, Row, Sql } from 'postgres'

/** Clears away counters whose window is over and places that have run out, as far as they are not locked. */
export function deleteOldRates(sql: Sql): PendingQuery<Row[]> {
  return sql.unsafe(TEXT)
}

const TEXT = `
  with over as (
    select r.counter
    from express_litellm.rates as r
    where r.ends_at < clock_timestamp()
    limit 10000
    for update skip locked
  ),
  gone as (
    select p.counter, p.call_id
    from express_litellm.places as p
    where p.expires_at < clock_timestamp()
    limit 10000
    for update skip locked
  ),
  cleared as (
    delete from express_litellm.rates as r using over as o where r.counter = o.counter
  )
  delete from express_litellm.places as p
  using gone as g
  where p.counter = g.counter and p.call_id = g.call_id`
