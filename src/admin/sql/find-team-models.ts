import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'

/** Rows of LiteLLM_ModelTable, where teams keep their own names for models, by id. */
export async function findTeamModels(sql: Sql, ids: readonly number[]): Promise<readonly Json[]> {
  if (ids.length === 0) return []
  const rows = await sql<{ row: Json }[]>`
    select to_jsonb(m) as row
    from "LiteLLM_ModelTable" as m
    where m.id = any (${[...ids]})
    order by m.id`
  return rows.map(({ row }) => row)
}
