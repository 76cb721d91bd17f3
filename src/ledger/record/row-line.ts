import type { Json } from '../../types.ts'

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

/**
 * A row as a line of fields: PostgreSQL reads it in a third of the time that the same row takes it as JSON. Between
 * fields and between lines stand the characters that ASCII has for that. JSON never has them bare, and out of texts they
 * are taken.
 */
export const FIELD_END = '\x1f'
export const LINE_END = '\x1e'

export type Field = string | number | null | undefined

const MEMBERS = Object.entries(ROW_MEMBERS)
/** Types whose fields are JSON as they stand. */
const IS_JSON: ReadonlySet<string> = new Set(['float8', 'int4', 'jsonb'])

/** Fields that follow each other. Texts must be clean. */
export function fieldsText(fields: readonly Field[]): string {
  return fields.join(FIELD_END)
}

export function withoutEnds(text: string): string {
  return text.includes(FIELD_END) || text.includes(LINE_END)
    ? text.replaceAll(FIELD_END, '').replaceAll(LINE_END, '')
    : text
}

/** The line of a row that is given as JSON. */
export function lineOf(row: Json): string {
  return fieldsText(MEMBERS.map(([name, type]) => fieldOf(row[name], type)))
}

function fieldOf(value: unknown, type: string): string {
  if (value === null || value === undefined) return ''
  return type === 'jsonb' ? JSON.stringify(value) : withoutEnds(String(value))
}

/** The row of a line as JSON text. */
export function jsonOf(line: string): string {
  const fields = line.split(FIELD_END)
  return `{${MEMBERS.flatMap(([name, type], at) => memberOf(name, type, fields[at] ?? '')).join(',')}}`
}

function memberOf(name: string, type: string, field: string): string | [] {
  if (field === '' && type === 'jsonb') return []
  if (field === '' && type !== 'text') return `"${name}":null`
  return `"${name}":${IS_JSON.has(type) ? field : JSON.stringify(field)}`
}

/** Which field of a line has the member, counted from 0. */
export function fieldIndexOf(member: keyof typeof ROW_MEMBERS): number {
  return NAMES.indexOf(member)
}
