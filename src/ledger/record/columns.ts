import { ENDPOINTS } from '../../call/request/endpoints.ts'
import { entryOf } from '../../errors.ts'
import { withoutCredentials } from '../../lib/secrets.ts'
import type { Deployment, SpendEvent, VirtualKey } from '../../types.ts'
import type { ChargedWindow } from './charged-windows.ts'
import { cleanCount, cleanDate, cleanId, MAX_ID_BYTES } from './clean.ts'
import { rowStatus } from './error-information.ts'
import type { Field } from './fields.ts'
import { apiKeyOf, requestTags, type TagOptions } from './request-tags.ts'
import { spendLogMetadata } from './spend-log-metadata.ts'
import { conversationOf, type StoredPromptOptions, storedPrompt } from './stored-prompt.ts'

/** How PostgreSQL reads a field. */
export type ColumnType = 'text' | 'text or null' | 'float8' | 'int4' | 'timestamp' | 'jsonb'

/** One thing that a record says of its call, as a field of its line and as a column of LiteLLM_SpendLogs. */
interface Column<From> {
  readonly type: ColumnType
  /** Its field. Texts must be clean; what is `jsonb` is JSON text. */
  readonly of: (from: From) => Field
  /** Its name in LiteLLM_SpendLogs, where that is another; `null`: only counters need it. */
  readonly column?: string | null
  /** What is inserted, where that is not the field as it is: SQL. */
  readonly insert?: string
}

export type KeyPart = Pick<VirtualKey, 'hashedToken' | 'master' | 'owners'>
export type DeploymentPart = Pick<Deployment, 'id' | 'provider' | 'baseUrl'> & Partial<CachePart>

/** What the response cache had to do with a call, in LiteLLM's words. */
export interface CachePart {
  readonly cacheHit: 'True' | 'False' | 'None'
  readonly cacheKey: string
}

/** A call that has ended, with what several columns are made of. */
export interface EndedCall {
  readonly event: SpendEvent
  readonly callId: string
  readonly dollars: number
  readonly startedAt: Date
  readonly endedAt: Date
  /** `endedAt` as text. */
  readonly endTime: string
  readonly windows: readonly ChargedWindow[]
  readonly tags: TagOptions
  readonly prompts: StoredPromptOptions | undefined
}

/** Under which LiteLLM books what the master key spends. */
const MASTER_USER = 'default_user_id'

/*
 * Column by column as LiteLLM derives it. Empty text, not null, where LiteLLM writes it: its dashboards compare. The lists
 * are in the order of a line's fields, and journals hold lines: new columns come last.
 */

/** The same for all calls of a key. */
export const KEY_COLUMNS = {
  api_key: { type: 'text', of: ({ master, hashedToken }) => cleanId(apiKeyOf({ master, hashedToken })) },
  user: { type: 'text', of: ({ owners, master }) => cleanId(owners.userId ?? (master ? MASTER_USER : undefined)) },
  team_id: { type: 'text', of: ({ owners }) => cleanId(owners.teamId) },
  organization_id: { type: 'text', of: ({ owners }) => cleanId(owners.organizationId) },
  project_id: { type: 'text', column: null, of: ({ owners }) => cleanId(owners.projectId) },
} as const satisfies Readonly<Record<string, Column<KeyPart>>>

/** The same for all calls that a deployment answers, but for those that were looked up in the response cache. */
export const DEPLOYMENT_COLUMNS = {
  model_id: { type: 'text', of: ({ id }) => cleanId(id) },
  custom_llm_provider: { type: 'text', of: ({ provider }) => cleanId(provider) },
  api_base: { type: 'text', of: ({ baseUrl }) => cleanId(withoutCredentials(baseUrl)) },
  cache_hit: { type: 'text', of: ({ cacheHit = 'None' }) => cacheHit },
  cache_key: { type: 'text', of: ({ cacheKey = 'Cache OFF' }) => cleanId(cacheKey) },
} as const satisfies Readonly<Record<string, Column<DeploymentPart>>>

export const CALL_COLUMNS = {
  call_id: { type: 'text', column: 'litellm_call_id', of: ({ callId }) => callId },
  provider_id: { type: 'text', column: null, of: ({ event, callId }) => providerId(event, callId) },
  call_type: { type: 'text', of: ({ event }) => cleanId(callTypeOf(event)) },
  spend: { type: 'float8', of: ({ dollars }) => dollars },
  total_tokens: { type: 'int4', of: ({ event }) => cleanCount(totalTokens(event)) },
  prompt_tokens: { type: 'int4', of: ({ event }) => cleanCount(inputTokens(event)) },
  completion_tokens: { type: 'int4', of: ({ event }) => cleanCount(event.outcome.usage?.completionTokens) },
  cache_read_tokens: {
    type: 'int4',
    column: 'cache_read_input_tokens',
    of: ({ event }) => cleanCount(event.outcome.usage?.cacheReadTokens),
  },
  cache_write_tokens: {
    type: 'int4',
    column: null,
    of: ({ event }) => cleanCount(event.outcome.usage?.cacheWriteTokens),
  },
  // ISO texts in UTC: `timestamp` leaves their "Z" aside, whatever zone the session has.
  startTime: { type: 'timestamp', of: ({ startedAt }) => startedAt.toISOString() },
  endTime: { type: 'timestamp', of: ({ endTime }) => endTime },
  completionStartTime: {
    type: 'timestamp',
    of: ({ event: { call, outcome }, endedAt, endTime }) =>
      call.stream ? cleanDate(outcome.firstByteAt, endedAt).toISOString() : endTime,
  },
  request_duration_ms: {
    type: 'int4',
    of: ({ startedAt, endedAt }) => cleanCount(endedAt.getTime() - startedAt.getTime()),
  },
  model: { type: 'text', of: ({ event }) => cleanId(modelOf(event)) },
  model_group: { type: 'text', of: ({ event }) => cleanId(modelGroupOf(event)) },
  request_tags: {
    type: 'jsonb',
    of: ({ event, tags }) => JSON.stringify(isStopped(event.outcome) ? [] : requestTags(event, tags)),
  },
  end_user: { type: 'text', of: ({ event }) => cleanId(event.call.endUserId) },
  requester_ip_address: { type: 'text', of: ({ event }) => cleanId(event.call.clientIp) },
  session_id: { type: 'text', of: ({ event, callId }) => cleanId(event.call.sessionId) || callId },
  agent_id: { type: 'text or null', of: ({ event: { key, call } }) => cleanId(key?.owners.agentId ?? call.agentId) },
  status: { type: 'text', of: ({ event, tags }) => rowStatus(event, tags.compat) },
  endpoint: { type: 'text', column: null, of: ({ event }) => ENDPOINTS[callTypeOf(event)] ?? '' },
  metadata: {
    type: 'jsonb',
    insert: `case
        when provider_id not in ('', request_id) then metadata || jsonb_build_object('provider_request_id', provider_id)
        else metadata
      end`,
    of: ({ event, tags }) => spendLogMetadata(event, tags.compat),
  },
  // Only of keys and teams that have some.
  budget_windows: {
    type: 'jsonb',
    column: null,
    of: ({ windows }) => (windows.length > 0 ? JSON.stringify(windows) : ''),
  },
  // Only where prompts are kept: where LiteLLM's dashboards and SQL look for answer and request.
  response: { type: 'jsonb', insert: "coalesce(response, '{}'::jsonb)", of: (call) => kept(call, call.event.answer) },
  proxy_server_request: {
    type: 'jsonb',
    insert: "coalesce(proxy_server_request, '{}'::jsonb)",
    of: (call) => kept(call, call.event.request),
  },
  messages: {
    type: 'jsonb',
    insert: "coalesce(messages, '{}'::jsonb)",
    of: (call) => kept(call, call.prompts && messagesOf(call.event)),
  },
  // Signed, and no part of the charge.
  cache_saving: { type: 'float8', column: null, of: ({ event }) => savingOf(event) },
  // Only of calls that offer some.
  tools: {
    type: 'jsonb',
    column: null,
    of: ({ event: { tools } }) => (tools ? JSON.stringify(tools.map((name) => cleanId(name))) : ''),
  },
} as const satisfies Readonly<Record<string, Column<EndedCall>>>

/** All of them. */
export const COLUMNS = { ...KEY_COLUMNS, ...DEPLOYMENT_COLUMNS, ...CALL_COLUMNS } as const

export type ColumnName = keyof typeof COLUMNS

/** A column without its value, which is made of different things. */
export type ColumnFacts = Omit<Column<never>, 'of'>

/** Name and facts of each column, in the order of the fields. */
export const COLUMN_LIST: readonly (readonly [name: string, column: ColumnFacts])[] = Object.entries(COLUMNS)

/** LiteLLM's word for a model that the gateway does not know: each invented name would make rows of its own. */
const UNKNOWN_MODEL = 'unknown-model'

/** As the client asked, whatever the provider was asked in. */
function callTypeOf({ call }: SpendEvent): string {
  return call.translated?.callType ?? call.callType
}

function modelOf({ deployment, intended, call, outcome }: SpendEvent): string {
  const meant = deployment ?? intended
  if (meant) return meant.litellmModel ?? meant.model
  return isUnknown(outcome) ? UNKNOWN_MODEL : call.modelGroup
}

function modelGroupOf({ route, call, outcome }: SpendEvent): string {
  return isUnknown(outcome) ? '' : (route?.group ?? call.modelGroup)
}

function isStopped({ error }: SpendEvent['outcome']): boolean {
  return error?.refusal !== undefined && entryOf(error.refusal).beforeTags === true
}

function isUnknown({ error }: SpendEvent['outcome']): boolean {
  return error?.refusal === 'model_not_found' || error?.refusal === 'model_missing'
}

function totalTokens({ outcome: { usage, failedInput } }: SpendEvent): number {
  return (usage?.promptTokens ?? failedInput ?? 0) + (usage?.completionTokens ?? 0)
}

function inputTokens({ outcome: { usage, failedInput } }: SpendEvent): number | undefined {
  return usage?.promptTokens ?? failedInput
}

function savingOf({ costParts }: SpendEvent): number {
  const saving = costParts?.cacheSaving ?? 0
  return Number.isFinite(saving) ? saving : 0
}

function messagesOf({ request }: SpendEvent): unknown {
  const messages = request ? conversationOf(request) : []
  return messages.length > 0 ? messages : undefined
}

function kept({ prompts }: EndedCall, prompt: unknown): string {
  return prompts ? JSON.stringify(storedPrompt(prompt ?? {}, prompts)) : ''
}

/** A stored answer is served again under the same id: LiteLLM makes another of it. */
function providerId({ outcome, cache }: SpendEvent, callId: string): string {
  const id = usableId(outcome.responseId)
  if (!cache?.hit) return id
  const suffix = `_cache_hit${((performance.timeOrigin + performance.now()) / 1000).toFixed(7)}`
  return usableId((id || callId) + suffix) || callId + suffix
}

/** A provider's id that is too long to be indexed whole cannot tell calls apart. */
function usableId(id: string | undefined): string {
  const cleaned = cleanId(id, MAX_ID_BYTES + 1)
  return Buffer.byteLength(cleaned) > MAX_ID_BYTES ? '' : cleaned
}
