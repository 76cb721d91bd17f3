import type { PendingQuery, Row, Sql } from 'postgres'

export interface ResourceRow {
  readonly id: string
  readonly hashed_token: string | null
  readonly user_id: string | null
  readonly team_id: string | null
  readonly model_id: string | null
  readonly expires_days: number | null
}

/** Writes the owners of resources that have none yet. One row for each: whether it is the owner that was given. */
export function keepResources(sql: Sql, rows: readonly ResourceRow[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(rows)], { prepare: true })
}

const TEXT = `
  with given as materialized (
    select g.*
    from jsonb_to_recordset($1::text::jsonb) as g (
      id text, hashed_token text, user_id text, team_id text, model_id text, expires_days double precision
    )
    order by g.id
  ),
  kept as (
    insert into express_litellm.resources as r (id, hashed_token, user_id, team_id, model_id, expires_at)
    select g.id, g.hashed_token, g.user_id, g.team_id, g.model_id,
      clock_timestamp() + make_interval(days => g.expires_days::int)
    from given as g
    on conflict (id) do nothing
    returning r.id
  )
  select g.id, k.id is not null as kept
  from given as g
  left join kept as k on k.id = g.id`
