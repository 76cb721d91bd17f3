import type { PendingQuery, Row, Sql } from 'postgres'

/** Who made these files, batches and fine-tunes, and where their copies are, by LiteLLM's own tables of what it manages. */
export function findManagedResources(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(RESOURCES, [JSON.stringify(ids)], { prepare: true })
}

/** The same of vector stores, whose table is younger. */
export function findManagedStores(sql: Sql, ids: readonly string[]): PendingQuery<Row[]> {
  return sql.unsafe(STORES, [JSON.stringify(ids)], { prepare: true })
}

const RESOURCES = ownersIn(`
    select a.id, to_jsonb(f) as r
    from asked as a
    join "LiteLLM_ManagedFileTable" as f on f.unified_file_id = a.id or f.flat_model_file_ids @> array[a.id]
    union all
    select a.id, to_jsonb(o) as r
    from asked as a
    join "LiteLLM_ManagedObjectTable" as o on o.unified_object_id = a.id or o.model_object_id = a.id`)

const STORES = ownersIn(`
    select a.id, to_jsonb(s) as r
    from asked as a
    join "LiteLLM_ManagedVectorStoreTable" as s
      on s.unified_resource_id = a.id or s.flat_model_resource_ids @> array[a.id]`)

/** `found`: the id that was asked for, and its row as JSON. Versions differ in their columns; `to_jsonb` has those that are there. */
function ownersIn(found: string): string {
  return `
  with asked as materialized (
    select jsonb_array_elements_text($1::text::jsonb) as id
  ),
  found as (${found}
  )
  select f.id, null as hashed_token, nullif(f.r ->> 'created_by', '') as user_id,
    nullif(f.r ->> 'team_id', '') as team_id,
    case when jsonb_typeof(f.r -> 'model_mappings') = 'object' then f.r -> 'model_mappings' end as copies
  from found as f
  where coalesce(f.r ->> 'created_by', f.r ->> 'team_id', '') <> ''`
}
