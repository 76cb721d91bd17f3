import type { TableShape } from '../../../database/schema.ts'
import { quoteAll } from '../../../database/sql/quote.ts'

/** LiteLLM's list of the tools that calls have offered to models. */
export const TOOL_TABLE = 'LiteLLM_ToolTable'

/** What a tool is registered with at its first call. Policies are the table's defaults. */
const FIRST: Readonly<Record<string, string>> = {
  tool_id: 'gen_random_uuid()::text',
  tool_name: 'tool_name',
  origin: "'user_defined'",
  call_count: 'count(*)::int',
  key_hash: 'min(api_key)',
  team_id: "min(nullif(team_id, ''))",
  key_alias: 'min(key_alias)',
  user_agent: 'min(user_agent)',
  last_used_at: 'max(used_at)',
  created_at: "now() at time zone 'UTC'",
  created_by: "'system'",
  updated_at: "now() at time zone 'UTC'",
  updated_by: "'system'",
}

const GROWING: Readonly<Record<string, string>> = {
  call_count: 't.call_count + excluded.call_count',
  last_used_at: 'excluded.last_used_at',
  updated_at: 'excluded.updated_at',
}

/** The step `tools`: registers and counts the tools of the calls that were charged, once the step `after` has ended. */
export function registerTools({ columns }: TableShape, after: string): string {
  const first = Object.entries(FIRST).filter(([column]) => columns.has(column))
  const growing = Object.entries(GROWING).filter(([column]) => columns.has(column))
  return `
  tools as (
    insert into "${TOOL_TABLE}" as t (${quoteAll(first.map(([column]) => column))})
    select ${first.map(([, value]) => value).join(', ')}
    from charged
    cross join lateral jsonb_array_elements_text(tools) as o (tool_name)
    where (select count(*) from ${after}) >= 0 and succeeded = 1
    group by tool_name
    order by tool_name collate "C"
    on conflict (tool_name) do update
    set ${growing.map(([column, value]) => `${column} = ${value}`).join(', ')}
    returning 1
  )`
}
