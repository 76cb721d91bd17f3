import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { SpendEvent } from '../../../src/types.ts'
import { COPY_COLUMNS, rowOf } from './copy-lines.ts'

/** The pattern that the ledger replaces: when a call ends, one statement for its row and for each entity it charges. */
export async function writeNaively(sql: Sql, event: SpendEvent): Promise<void> {
  const all = rowOf(event)
  const row = Object.fromEntries(COPY_COLUMNS.map((column) => [column, all[column] ?? null]))
  const json = { metadata: sql.json(all.metadata), request_tags: sql.json(all.request_tags) }
  await sql`insert into "LiteLLM_SpendLogs" ${sql({ ...row, ...json })}`
  await addToTotals(sql, all)
  await addToDays(sql, all)
}

async function addToTotals(sql: Sql, { spend, api_key, user, team_id, organization_id }: Record<string, any>) {
  await sql`update "LiteLLM_VerificationToken" set spend = spend + ${spend} where token = ${api_key}`
  await sql`update "LiteLLM_UserTable" set spend = spend + ${spend} where user_id = ${user}`
  await sql`update "LiteLLM_TeamTable" set spend = spend + ${spend} where team_id = ${team_id}`
  await sql`update "LiteLLM_TeamMembership" set spend = spend + ${spend} where team_id = ${team_id} and user_id = ${user}`
  await sql`update "LiteLLM_OrganizationTable" set spend = spend + ${spend} where organization_id = ${organization_id}`
}

async function addToDays(sql: Sql, row: Record<string, any>) {
  const { spend, prompt_tokens, completion_tokens, api_key, model, endpoint } = row
  const date = row.startTime.slice(0, 10)
  const dimensions = { date, api_key, model, custom_llm_provider: 'openai', mcp_namespaced_tool_name: '', endpoint }
  const sums = { prompt_tokens, completion_tokens, spend, api_requests: 1, successful_requests: 1 }
  const entities = [
    ['LiteLLM_DailyUserSpend', 'user_id', row.user],
    ['LiteLLM_DailyTeamSpend', 'team_id', row.team_id],
    ['LiteLLM_DailyOrganizationSpend', 'organization_id', row.organization_id],
    ...row.request_tags.map((tag: string) => ['LiteLLM_DailyTagSpend', 'tag', tag]),
  ]
  for (const [table, column, id] of entities) {
    const values = { id: randomUUID(), [column]: id, ...dimensions, ...sums, updated_at: new Date() }
    await sql`
      insert into ${sql(table)} ${sql(values)}
      on conflict (${sql(column)}, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
      do update set
        spend = ${sql(table)}.spend + excluded.spend,
        prompt_tokens = ${sql(table)}.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = ${sql(table)}.completion_tokens + excluded.completion_tokens,
        api_requests = ${sql(table)}.api_requests + 1,
        successful_requests = ${sql(table)}.successful_requests + 1
    `
  }
}
