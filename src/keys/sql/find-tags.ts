import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { FindKeyOptions } from './find-key.ts'

export interface TagRow {
  readonly tag_name: string
  readonly spend: number
  readonly max_budget: number | null
}

/** The tags among these that have a row, with their budgets. Older databases have no tags. */
export async function findTags(
  sql: Sql,
  schema: Schema,
  names: readonly string[],
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<readonly TagRow[]> {
  if (!schema.has('LiteLLM_TagTable')) return []
  const query = sql.unsafe<TagRow[]>(TEXT, [JSON.stringify(names)], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  return await query
}

const TEXT = `
  select t.tag_name, t.spend, b.max_budget
  from "LiteLLM_TagTable" as t
  left join "LiteLLM_BudgetTable" as b on b.budget_id = t.budget_id
  where t.tag_name in (select jsonb_array_elements_text($1::text::jsonb))`
