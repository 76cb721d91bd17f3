import type { PendingQuery, Row, Sql } from 'postgres'
import type { Place } from '../../rate-counters.ts'

/** Renews the places of running calls, in key order; also of those that had run out. */
export function keepPlaces(sql: Sql, places: readonly Place[], ttlMs: number): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(places), ttlMs], { prepare: true })
}

const TEXT = `
  insert into express_litellm.places as p (counter, call_id, expires_at)
  select distinct r."counter", r."callId", clock_timestamp() + make_interval(secs => $2::double precision / 1000)
  from jsonb_to_recordset($1::text::jsonb) as r ("counter" text, "callId" text)
  order by 1, 2
  on conflict (counter, call_id) do update set expires_at = excluded.expires_at`
