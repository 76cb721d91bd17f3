import type { PendingQuery, Row, Sql } from 'postgres'
import type { Place } from '../../rate-counters.ts'

/** Gives back the places of calls that have ended. */
export function leavePlaces(sql: Sql, places: readonly Place[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(places)], { prepare: true })
}

const TEXT = `
  with ended as (
    select p.counter, p.call_id
    from express_litellm.places as p
    join jsonb_to_recordset($1::text::jsonb) as r ("counter" text, "callId" text)
      on p.counter = r."counter" and p.call_id = r."callId"
    order by p.counter, p.call_id
    for update of p
  )
  delete from express_litellm.places as p
  using ended as e
  where p.counter = e.counter and p.call_id = e.call_id`
