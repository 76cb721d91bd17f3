import type { SpendEvent } from '../types.ts'
import { chargedWindows } from './charged-windows.ts'
import { cleanDate } from './clean-date.ts'
import { cleanCost, cleanCount } from './clean-number.ts'
import { cleanId, MAX_ID_BYTES } from './clean-text.ts'
import { ENDPOINTS } from './endpoints.ts'
import { requestTags, type TagOptions } from './request-tags.ts'
import { spendLogMetadata } from './spend-log-metadata.ts'
import { type StoredPromptOptions, storedPrompt } from './stored-prompt.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_KEY = 'litellm_proxy_master_key'
const MASTER_USER = 'default_user_id'

export interface RowOptions extends TagOptions {
  /** Keep what was asked and answered, cut to this. Absent: neither gets into a row, or anywhere else. */
  readonly prompts?: StoredPromptOptions
}

/** A call on its way to the database. */
export interface SpendRecord {
  /** The unit that is charged once. */
  readonly callId: string
  /** JSON of one row: the columns of LiteLLM_SpendLogs, and what only the counters need. */
  readonly text: string
  /** What the row's `spend` says. */
  readonly dollars: number
  /** For the report, should the call be given up; without the request body. A record that was read back has none. */
  readonly event?: SpendEvent
}

/** Everything a call leaves in the database, made once when it ends. Whatever the event holds, this does not throw. */
export function toSpendRecord(
  event: SpendEvent,
  options: RowOptions = {},
): SpendRecord & { readonly event: SpendEvent } {
  const { answer, ...rest } = event
  const { json, body, ...call } = event.call
  const callId = cleanId(event.callId)
  const windows = chargedWindows(event)
  const row = {
    ...spendLogRow(event, callId, options),
    ...(windows.length > 0 && { budget_windows: windows }),
    ...promptColumns(event, options),
  }
  return { callId, text: JSON.stringify(row), dollars: row.spend, event: { ...rest, call } }
}

/** Where LiteLLM's dashboards look for request and answer. */
function promptColumns({ call, answer }: SpendEvent, { prompts }: RowOptions) {
  if (!prompts) return {}
  return {
    proxy_server_request: storedPrompt(call.json ?? {}, prompts),
    response: storedPrompt(answer ?? {}, prompts),
  }
}

/** The record whose `text` this is. Throws a SyntaxError when it is none. */
export function readSpendRecord(text: string): SpendRecord {
  const { call_id: callId, spend: dollars } = JSON.parse(text) ?? {}
  if (typeof callId !== 'string' || typeof dollars !== 'number') throw new SyntaxError('This is no spend record')
  return { callId, text, dollars }
}

/** Column by column as LiteLLM derives it. Empty text, not null, where LiteLLM writes it: its dashboards compare. */
export function spendLogRow(event: SpendEvent, callId: string, options: RowOptions) {
  const { key, call, deployment, route, outcome } = event
  const { owners } = key ?? {}
  const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = outcome.usage ?? {}
  const apiKey = key?.master ? MASTER_KEY : cleanId(key?.hashedToken)
  const startTime = cleanDate(outcome.startedAt, outcome.firstByteAt, outcome.endedAt)
  const endTime = cleanDate(outcome.endedAt, outcome.startedAt)
  return {
    call_type: cleanId(call.callType),
    api_key: apiKey,
    spend: cleanCost(event.cost) ?? 0,
    total_tokens: cleanCount(promptTokens + completionTokens),
    prompt_tokens: cleanCount(promptTokens),
    completion_tokens: cleanCount(completionTokens),
    startTime,
    endTime,
    completionStartTime: call.stream ? cleanDate(outcome.firstByteAt, new Date(endTime)) : endTime,
    request_duration_ms: cleanCount(Date.parse(endTime) - Date.parse(startTime)),
    model: cleanId(deployment?.model ?? call.modelGroup),
    model_id: cleanId(deployment?.id),
    model_group: cleanId(route?.group ?? call.modelGroup),
    custom_llm_provider: cleanId(deployment?.provider),
    api_base: cleanId(withoutSecrets(deployment?.baseUrl)),
    user: cleanId(owners?.userId ?? (key?.master ? MASTER_USER : undefined)),
    metadata: spendLogMetadata(event, apiKey),
    cache_hit: 'None',
    cache_key: 'Cache OFF',
    request_tags: requestTags(event, options),
    team_id: cleanId(owners?.teamId),
    organization_id: cleanId(owners?.organizationId),
    end_user: cleanId(call.endUserId),
    requester_ip_address: cleanId(call.clientIp),
    session_id: cleanId(call.sessionId) || callId,
    status: outcome.status,
    agent_id: cleanId(owners?.agentId) || null,
    call_id: callId,
    provider_id: usableId(outcome.responseId),
    project_id: cleanId(owners?.projectId),
    endpoint: ENDPOINTS[call.callType] ?? '',
    cache_read_tokens: cleanCount(cacheReadTokens),
    cache_write_tokens: cleanCount(cacheWriteTokens),
  }
}

/** A URL may carry a password before its host or a key in its query. */
function withoutSecrets(url: string | undefined): string | undefined {
  return url?.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '')
}

/** A provider's id that is too long to be indexed whole cannot tell calls apart. */
function usableId(id: string | undefined): string {
  const cleaned = cleanId(id, MAX_ID_BYTES + 1)
  return Buffer.byteLength(cleaned) > MAX_ID_BYTES ? '' : cleaned
}
