import type { Sql } from 'postgres'

export interface ModelRow {
  readonly model_id: string
  readonly model_name: string
  /** An object, or JSON text in a JSON string: LiteLLM has written both. */
  readonly litellm_params: unknown
  readonly model_info: unknown
  readonly blocked: boolean
  readonly created_at: string
  readonly created_by: string
  readonly updated_at: string
  readonly updated_by: string
}

/** Every row of LiteLLM's model table. `blocked` is read through JSON, because older tables have no such column. */
export async function listDeployments(sql: Sql): Promise<readonly ModelRow[]> {
  return await sql<ModelRow[]>`
    select
      m.model_id,
      m.model_name,
      m.litellm_params,
      m.model_info,
      coalesce((to_jsonb(m) ->> 'blocked')::boolean, false) as blocked,
      to_jsonb(m.created_at at time zone 'UTC') #>> '{}' as created_at,
      m.created_by,
      to_jsonb(m.updated_at at time zone 'UTC') #>> '{}' as updated_at,
      m.updated_by
    from "LiteLLM_ProxyModelTable" as m
    order by m.created_at, m.model_id`
}
