import type { Sql } from 'postgres'

/** The parameters of every stored model, sealed as they are. */
export async function listModelParams(sql: Sql): Promise<readonly { readonly litellm_params: unknown }[]> {
  return await sql<{ litellm_params: unknown }[]>`
    select m.litellm_params
    from "LiteLLM_ProxyModelTable" as m`
}
