import type { Sql } from 'postgres'

export interface ConfigRow {
  readonly param_name: string
  /** An object, or JSON text in a JSON string. */
  readonly param_value: unknown
}

/** The sections of the configuration that LiteLLM's admin has changed in the database. */
export async function listConfig(sql: Sql): Promise<readonly ConfigRow[]> {
  return await sql<ConfigRow[]>`
    select
      c.param_name,
      c.param_value
    from "LiteLLM_Config" as c
    where c.param_name in ('general_settings', 'litellm_settings', 'router_settings', 'environment_variables')`
}
