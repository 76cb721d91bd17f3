/**
 * What a record says of its call: the columns of LiteLLM_SpendLogs, and what only the counters need. In the order of a
 * line's fields, see row-line.ts: new ones come last.
 */
export const ROW_MEMBERS = {
  // The same for all calls of a key.
  api_key: 'text',
  user: 'text',
  team_id: 'text',
  organization_id: 'text',
  project_id: 'text',
  // The same for all calls that a deployment answers.
  model_id: 'text',
  custom_llm_provider: 'text',
  api_base: 'text',
  cache_hit: 'text',
  cache_key: 'text',
  call_id: 'text',
  provider_id: 'text',
  call_type: 'text',
  spend: 'float8',
  total_tokens: 'int4',
  prompt_tokens: 'int4',
  completion_tokens: 'int4',
  cache_read_tokens: 'int4',
  cache_write_tokens: 'int4',
  // ISO texts in UTC: `timestamp` leaves their "Z" aside, whatever zone the session has.
  startTime: 'timestamp',
  endTime: 'timestamp',
  completionStartTime: 'timestamp',
  request_duration_ms: 'int4',
  model: 'text',
  model_group: 'text',
  request_tags: 'jsonb',
  end_user: 'text',
  requester_ip_address: 'text',
  session_id: 'text',
  agent_id: 'text or null',
  status: 'text',
  endpoint: 'text',
  metadata: 'jsonb',
  // Only of keys and teams that have some.
  budget_windows: 'jsonb',
  // Only where prompts are kept.
  response: 'jsonb',
  proxy_server_request: 'jsonb',
  messages: 'jsonb',
} as const

const NAMES = Object.keys(ROW_MEMBERS)

/** Which field of a line has the member, counted from 0. */
export function fieldIndexOf(member: keyof typeof ROW_MEMBERS): number {
  return NAMES.indexOf(member)
}
