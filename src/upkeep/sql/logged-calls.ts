import { ENDPOINTS } from '../../call/request/endpoints.ts'
import type { TableShape } from '../../database/schema.ts'
import { quote } from '../../database/sql/quote.ts'

/** What the log says about a call, under the names of the step `charged`, see insert-spend-logs.ts. */
const FACTS: Readonly<Record<string, readonly [column: string, value: string]>> = {
  spend: ['spend', 'spend'],
  api_key: ['api_key', 'api_key'],
  user_id: ['user', `coalesce("user", '')`],
  end_user_id: ['end_user', `coalesce(end_user, '')`],
  team_id: ['team_id', `coalesce(team_id, '')`],
  organization_id: ['organization_id', `coalesce(organization_id, '')`],
  project_id: ['metadata', `coalesce(metadata ->> 'user_api_key_project_id', '')`],
  agent_id: ['agent_id', `coalesce(agent_id, '')`],
  request_tags: [
    'request_tags',
    `case jsonb_typeof(request_tags)
        when 'array' then (select coalesce(jsonb_agg(distinct t.tag), '[]') from jsonb_array_elements(request_tags) as t (tag))
        else '[]'
      end`,
  ],
  used_at: ['endTime', '"endTime"'],
  date: ['startTime', `to_char("startTime", 'YYYY-MM-DD')`],
  model: ['model', 'model'],
  model_group: ['model_group', `coalesce(model_group, '')`],
  custom_llm_provider: ['custom_llm_provider', `coalesce(custom_llm_provider, '')`],
  endpoint: [
    'call_type',
    `case call_type ${Object.entries(ENDPOINTS)
      .map(([type, endpoint]) => `when '${type}' then '${endpoint}'`)
      .join(' ')} else '' end`,
  ],
  prompt_tokens: ['prompt_tokens', 'prompt_tokens'],
  completion_tokens: ['completion_tokens', 'completion_tokens'],
  // LiteLLM before 2025 has no status; its failures are rows with one in the metadata.
  succeeded: ['status', `(coalesce(status, metadata ->> 'status', 'success') = 'success')::int`],
}

/** Where an older log keeps what it has no column for. */
const WITHOUT: Readonly<Record<string, string>> = {
  organization_id: `coalesce(metadata ->> 'user_api_key_org_id', '')`,
  request_tags: `'[]'::jsonb`,
  succeeded: `(coalesce(metadata ->> 'status', 'success') = 'success')::int`,
}

/** Selects the log's rows as the step `charged` has them, so that what was charged can be computed again. */
export function loggedCalls({ columns }: TableShape, where: string): string {
  const facts = Object.entries(FACTS).map(([name, [column, value]]) => {
    return `${columns.has(column) ? value : (WITHOUT[name] ?? "''")} as ${name}`
  })
  return `
    select
      ${facts.join(',\n      ')}
    from ${quote('LiteLLM_SpendLogs')}
    where ${where}`
}
