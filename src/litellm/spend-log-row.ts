import type { TimeZone } from '../auth/time-zone.ts'
import { oncePer } from '../once-per.ts'
import type { Deployment, SpendEvent, VirtualKey } from '../types.ts'
import { apiKeyOf } from './api-key-of.ts'
import { chargedWindows } from './charged-windows.ts'
import { cleanDate } from './clean-date.ts'
import { cleanCost, cleanCount } from './clean-number.ts'
import { cleanId, MAX_ID_BYTES } from './clean-text.ts'
import { ENDPOINTS } from './endpoints.ts'
import { membersText } from './members-text.ts'
import { requestTags, type TagOptions } from './request-tags.ts'
import { spendLogMetadata } from './spend-log-metadata.ts'
import { type StoredPromptOptions, storedPrompt } from './stored-prompt.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_USER = 'default_user_id'

export interface RowOptions extends TagOptions {
  /** Keep what was asked and answered, cut to this. Absent: neither gets into a row, or anywhere else. */
  readonly prompts?: StoredPromptOptions
  /** By whose clock the days of budget windows begin. Default: UTC. */
  readonly timeZone?: TimeZone
}

/** A call on its way to the database. */
export interface SpendRecord {
  /** The unit that is charged once. */
  readonly callId: string
  /** JSON of one row: the columns of LiteLLM_SpendLogs, and what only the counters need. */
  readonly text: string
  /** Length of `text` in UTF-8. */
  readonly bytes: number
  /** What the row's `spend` says. */
  readonly dollars: number
}

/** Everything a call leaves in the database, made once when it ends. Whatever the event holds, this does not throw. */
export function toSpendRecord(event: SpendEvent, options: RowOptions = {}): SpendRecord {
  const callId = cleanId(event.callId)
  const dollars = cleanCost(event.cost) ?? 0
  return recordOf(callId, rowText(event, callId, dollars, options), dollars)
}

/** The record whose `text` this is. Throws a SyntaxError when it is none. */
export function readSpendRecord(text: string): SpendRecord {
  const { call_id: callId, spend: dollars } = JSON.parse(text) ?? {}
  if (typeof callId !== 'string' || typeof dollars !== 'number') throw new SyntaxError('This is no spend record')
  return recordOf(callId, text, dollars)
}

/**
 * Nothing but what is written: records wait by the thousand, and whatever they hold the collector looks at again and again.
 * To be counted, the many pieces that the text was joined from are made into one.
 */
function recordOf(callId: string, text: string, dollars: number): SpendRecord {
  return { callId, text, bytes: Buffer.byteLength(text), dollars }
}

/**
 * Column by column as LiteLLM derives it. Empty text, not null, where LiteLLM writes it: its dashboards compare. What is
 * the same for all calls of a key, or of a deployment, is made into text once.
 */
function rowText(event: SpendEvent, callId: string, dollars: number, options: RowOptions): string {
  const { key = NOBODY, deployment = NOWHERE } = event
  const ofCall = membersText(callColumns(event, callId, dollars, options))
  const windows = chargedWindows(event, options.timeZone)
  const ofWindows = windows.length > 0 ? `,"budget_windows":${JSON.stringify(windows)}` : ''
  const prompts = options.prompts ? `,${membersText(promptColumns(event, options.prompts))}` : ''
  return `{${ofKey(key)},${ofDeployment(deployment)},${ofCall}${ofWindows}${prompts},"metadata":${spendLogMetadata(event)}}`
}

const NOBODY: Pick<VirtualKey, 'hashedToken' | 'master' | 'owners'> = { hashedToken: '', master: false, owners: {} }
const NOWHERE: Pick<Deployment, 'id' | 'provider' | 'baseUrl'> = { id: '', provider: '', baseUrl: '' }

const ofKey = oncePer(({ master, hashedToken, owners }: typeof NOBODY) =>
  membersText({
    api_key: apiKeyOf({ master, hashedToken }),
    user: cleanId(owners.userId ?? (master ? MASTER_USER : undefined)),
    team_id: cleanId(owners.teamId),
    organization_id: cleanId(owners.organizationId),
    project_id: cleanId(owners.projectId),
  }),
)

const ofDeployment = oncePer(({ id, provider, baseUrl }: typeof NOWHERE) =>
  membersText({
    model_id: cleanId(id),
    custom_llm_provider: cleanId(provider),
    api_base: cleanId(withoutSecrets(baseUrl)),
    cache_hit: 'None',
    cache_key: 'Cache OFF',
  }),
)

/** Where LiteLLM's dashboards look for request and answer. */
function promptColumns({ request, answer }: SpendEvent, prompts: StoredPromptOptions) {
  return {
    proxy_server_request: storedPrompt(request ?? {}, prompts),
    response: storedPrompt(answer ?? {}, prompts),
  }
}

function callColumns(event: SpendEvent, callId: string, dollars: number, options: TagOptions) {
  const { call, deployment, route, outcome } = event
  const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = outcome.usage ?? {}
  const startedAt = cleanDate(outcome.startedAt, outcome.firstByteAt, outcome.endedAt)
  const endedAt = cleanDate(outcome.endedAt, outcome.startedAt)
  const endTime = endedAt.toISOString()
  return {
    call_type: cleanId(call.callType),
    spend: dollars,
    total_tokens: cleanCount(promptTokens + completionTokens),
    prompt_tokens: cleanCount(promptTokens),
    completion_tokens: cleanCount(completionTokens),
    startTime: startedAt.toISOString(),
    endTime,
    completionStartTime: call.stream ? cleanDate(outcome.firstByteAt, endedAt).toISOString() : endTime,
    request_duration_ms: cleanCount(endedAt.getTime() - startedAt.getTime()),
    model: cleanId(deployment?.model ?? call.modelGroup),
    model_group: cleanId(route?.group ?? call.modelGroup),
    request_tags: requestTags(event, options),
    end_user: cleanId(call.endUserId),
    requester_ip_address: cleanId(call.clientIp),
    session_id: cleanId(call.sessionId) || callId,
    agent_id: cleanId(event.key?.owners.agentId ?? call.agentId) || null,
    status: outcome.status,
    call_id: callId,
    provider_id: usableId(outcome.responseId),
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
