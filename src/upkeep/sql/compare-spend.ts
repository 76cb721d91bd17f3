import type { Entity } from '../../database/entities.ts'
import type { Schema } from '../../database/schema.ts'
import { quote } from '../../database/sql/quote.ts'
import { loggedCalls } from './logged-calls.ts'

export interface SpendDifference {
  /** Values of the entity's id columns. */
  readonly ids: readonly string[]
  /** The running total. */
  readonly counted: number
  /** What the log adds up to. */
  readonly logged: number
}

/** Where the sums of days stand that the log has forgotten, with the columns of `charged` that they can fill. */
const HISTORY: Readonly<Record<string, readonly [table: string, id: string, fills: string]>> = {
  user: ['LiteLLM_DailyUserSpend', 'user_id', 'user_id'],
  end_user: ['LiteLLM_DailyEndUserSpend', 'end_user_id', 'end_user_id'],
  key: ['LiteLLM_DailyUserSpend', 'api_key', 'api_key'],
  team: ['LiteLLM_DailyTeamSpend', 'team_id', 'team_id'],
  organization: ['LiteLLM_DailyOrganizationSpend', 'organization_id', 'organization_id'],
  tag: ['LiteLLM_DailyTagSpend', 'tag', 'request_tags'],
  agent: ['LiteLLM_DailyAgentSpend', 'agent_id', 'agent_id'],
}

/** LiteLLM resets budgets with a job that runs every ten minutes; a call may be written some seconds after its end. */
const RESET_SLACK = `interval '15 minutes'`

/**
 * The statement that compares the running totals of one table with the log. Parameters:
 * 1. JSON `[{ ids, since }]`: entities whose total was reset, and when;
 * 2. the first moment that the log remembers whole (text): the days before are taken from the daily table; null: all;
 * 3. only entities with calls since then (text), or null.
 *
 * Around the moment of a reset it is not known which calls the total still has: any total that they explain is right.
 * `undefined` where the database has nothing to compare.
 */
export function compareSpend(entity: Entity, schema: Schema): string | undefined {
  const { name, table, ids, source = 'charged' } = entity
  const logs = schema.get('LiteLLM_SpendLogs')
  if (!logs || !schema.get(table)?.columns.has('spend')) return undefined
  const keyOf = (columns: readonly string[]) => `json_build_array(${columns.join(', ')})::text`
  const charged = ids.map(([, column]) => column)
  return `
  with starts as materialized (
    select ids::text as ids, since
    from jsonb_to_recordset($1::text::jsonb) as r (ids json, since timestamp)
  ),
  charged as materialized (${loggedCalls(logs, `spend <> 0 and "startTime" >= coalesce($2::text::timestamp, '-infinity')`)}${history(name, schema)}
  ),
  each as (
    select ${keyOf(charged)} as ids, spend, used_at
    from ${source}
    where ${charged.map((column) => `${column} <> ''`).join(' and ')}
  ),
  logged as (
    select
      e.ids,
      sum(e.spend) filter (where s.since is null or e.used_at >= s.since) as spend,
      sum(e.spend) filter (where e.used_at >= s.since and e.used_at < s.since + ${RESET_SLACK}) as after_reset,
      sum(e.spend) filter (where e.used_at < s.since and e.used_at >= s.since - ${RESET_SLACK}) as before_reset,
      max(e.used_at) as last_use
    from each as e
    left join starts as s on s.ids::jsonb = e.ids::jsonb
    group by e.ids
  ),
  compared as (
    select
      ${keyOf(ids.map(([column]) => `t.${quote(column)}`))} as ids,
      t.spend as counted,
      coalesce(l.spend, 0) as logged,
      coalesce(l.after_reset, 0) as after_reset,
      coalesce(l.before_reset, 0) as before_reset,
      l.last_use
    from ${quote(table)} as t
    left join logged as l on l.ids = ${keyOf(ids.map(([column]) => `t.${quote(column)}`))}
  )
  select ids::json as ids, counted, logged
  from compared
  where ($3::text is null or last_use >= $3::text::timestamp)
    and not (
      counted >= logged - after_reset - 1e-9 * greatest(1, abs(logged))
      and counted <= logged + before_reset + 1e-9 * greatest(1, abs(logged))
    )
  order by ids collate "C"`
}

/** Rows for the days before the log begins: one id each, the rest empty. */
function history(name: string, schema: Schema): string {
  const [table, id, fills] = HISTORY[name] ?? []
  if (!table || !id || !fills || !schema.has(table)) return ''
  const columns = ['spend', 'api_key', 'user_id', 'end_user_id', 'team_id', 'organization_id', 'project_id', 'agent_id']
  const values = columns.map((column) =>
    column === 'spend' ? 'spend' : column === fills ? `coalesce(${id}, '')` : `''`,
  )
  const tags = fills === 'request_tags' ? `jsonb_build_array(${id})` : `'[]'::jsonb`
  return `
    union all
    select
      ${values.join(', ')}, ${tags}, date::timestamp, date, '', '', '', '', 0, 0, 1
    from ${quote(table)}
    where date::timestamp < coalesce($2::text::timestamp, '-infinity')`
}

/** Whether the totals of this kind can be compared though the log has forgotten days. */
export function hasHistory({ name }: Entity, schema: Schema): boolean {
  const [table] = HISTORY[name] ?? []
  return table !== undefined && schema.has(table)
}
