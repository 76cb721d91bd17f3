import type { PendingQuery, Row, Sql } from 'postgres'

/** The owners and places of these resources, as far as they were written down. */
export function findResources(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(ids)], { prepare: true })
}

// Older tables have no `model_id`, or no `input_per_request`.
const TEXT = `
  select r.id, r.hashed_token, r.user_id, r.team_id, to_jsonb(r) ->> 'model_id' as model_id,
    (to_jsonb(r) ->> 'input_per_request')::double precision as input_per_request
  from express_litellm.resources as r
  where r.id in (select jsonb_array_elements_text($1::text::jsonb))`
