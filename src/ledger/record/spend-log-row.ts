import type { TimeZone } from '../../admission/facts/time-zone.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Deployment, SpendEvent, VirtualKey } from '../../types.ts'
import { chargedWindows } from './charged-windows.ts'
import { cleanCost, cleanCount, cleanDate, cleanId, MAX_ID_BYTES } from './clean.ts'
import { ENDPOINTS } from './endpoints.ts'
import { apiKeyOf, requestTags, type TagOptions } from './request-tags.ts'
import { type Field, fieldsText } from './row-line.ts'
import { spendLogMetadata } from './spend-log-metadata.ts'
import { SpendRecord } from './spend-record.ts'
import { conversationOf, type StoredPromptOptions, storedPrompt } from './stored-prompt.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_USER = 'default_user_id'

export interface RowOptions extends TagOptions {
  /** Keep what was asked and answered, cut to this. Absent: neither gets into a row, or anywhere else. */
  readonly prompts?: StoredPromptOptions
  /** By whose clock the days of budget windows begin. Default: UTC. */
  readonly timeZone?: TimeZone
}

/** Everything a call leaves in the database, made once when it ends. Whatever the event holds, this does not throw. */
export function toSpendRecord(event: SpendEvent, options: RowOptions = {}): SpendRecord {
  const callId = cleanId(event.callId)
  const dollars = cleanCost(event.cost) ?? 0
  return new SpendRecord(callId, rowLine(event, callId, dollars, options), dollars)
}

/**
 * Column by column as LiteLLM derives it. Empty text, not null, where LiteLLM writes it: its dashboards compare. What is
 * the same for all calls of a key, or of a deployment, is made into text once.
 */
function rowLine(event: SpendEvent, callId: string, dollars: number, options: RowOptions): string {
  const { key = NO_KEY, deployment = NOWHERE } = event
  const windows = chargedWindows(event, options.timeZone)
  return fieldsText([
    ofKey(key),
    ofDeployment(deployment),
    ...callFields(event, callId, dollars, options),
    spendLogMetadata(event),
    windows.length > 0 ? JSON.stringify(windows) : '',
    ...promptFields(event, options.prompts),
  ])
}

const NO_KEY: Pick<VirtualKey, 'hashedToken' | 'master' | 'owners'> = { hashedToken: '', master: false, owners: {} }
const NOWHERE: Pick<Deployment, 'id' | 'provider' | 'baseUrl'> = { id: '', provider: '', baseUrl: '' }

const ofKey = memoizeByObject(({ master, hashedToken, owners }: typeof NO_KEY) =>
  fieldsText([
    // api_key, user, team_id, organization_id, project_id
    cleanId(apiKeyOf({ master, hashedToken })),
    cleanId(owners.userId ?? (master ? MASTER_USER : undefined)),
    cleanId(owners.teamId),
    cleanId(owners.organizationId),
    cleanId(owners.projectId),
  ]),
)

const ofDeployment = memoizeByObject(({ id, provider, baseUrl }: typeof NOWHERE) =>
  fieldsText([
    // model_id, custom_llm_provider, api_base, cache_hit, cache_key
    cleanId(id),
    cleanId(provider),
    cleanId(withoutSecrets(baseUrl)),
    'None',
    'Cache OFF',
  ]),
)

/** response, proxy_server_request, messages: where LiteLLM's dashboards and SQL look for answer and request. */
function promptFields({ request, answer }: SpendEvent, prompts: StoredPromptOptions | undefined): Field[] {
  if (!prompts) return ['', '', '']
  const messages = request ? conversationOf(request) : []
  const kept = [answer ?? {}, request ?? {}, messages.length > 0 ? messages : {}]
  return kept.map((prompt) => JSON.stringify(storedPrompt(prompt, prompts)))
}

function callFields(event: SpendEvent, callId: string, dollars: number, options: TagOptions): Field[] {
  const { call, deployment, route, outcome } = event
  const { promptTokens = 0, completionTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = outcome.usage ?? {}
  const startedAt = cleanDate(outcome.startedAt, outcome.firstByteAt, outcome.endedAt)
  const endedAt = cleanDate(outcome.endedAt, outcome.startedAt)
  const endTime = endedAt.toISOString()
  return [
    // call_id, provider_id, call_type, spend
    callId,
    usableId(outcome.responseId),
    cleanId(call.callType),
    dollars,
    // total_tokens, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_tokens
    cleanCount(promptTokens + completionTokens),
    cleanCount(promptTokens),
    cleanCount(completionTokens),
    cleanCount(cacheReadTokens),
    cleanCount(cacheWriteTokens),
    // startTime, endTime, completionStartTime, request_duration_ms
    startedAt.toISOString(),
    endTime,
    call.stream ? cleanDate(outcome.firstByteAt, endedAt).toISOString() : endTime,
    cleanCount(endedAt.getTime() - startedAt.getTime()),
    // model, model_group, request_tags
    cleanId(deployment?.model ?? call.modelGroup),
    cleanId(route?.group ?? call.modelGroup),
    JSON.stringify(requestTags(event, options)),
    // end_user, requester_ip_address, session_id, agent_id
    cleanId(call.endUserId),
    cleanId(call.clientIp),
    cleanId(call.sessionId) || callId,
    cleanId(event.key?.owners.agentId ?? call.agentId),
    // status, endpoint
    outcome.status,
    ENDPOINTS[call.callType] ?? '',
  ]
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
