import type { PendingQuery, Row, Sql } from 'postgres'

/** The same of vector stores, whose table is younger. */
export function findManagedStores(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(ids)], { prepare: true })
}

const TEXT = `
  with asked as materialized (
    select jsonb_array_elements_text($1::text::jsonb) as id
  ),
  found as (
    select a.id, to_jsonb(s) as r
    from asked as a
    join "LiteLLM_ManagedVectorStoreTable" as s
      on s.unified_resource_id = a.id or s.flat_model_resource_ids @> array[a.id]
  )
  select f.id, null as hashed_token, nullif(f.r ->> 'created_by', '') as user_id,
    nullif(f.r ->> 'team_id', '') as team_id,
    case when jsonb_typeof(f.r -> 'model_mappings') = 'object' then f.r -> 'model_mappings' end as copies
  from found as f
  where coalesce(f.r ->> 'created_by', f.r ->> 'team_id', '') <> ''`
