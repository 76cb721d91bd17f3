import { costBreakdown, usageMembers } from '../../ledger/record/billed-usage.ts'
import { cleanCost, cleanId, cleanJson, cleanText, MAX_ID_BYTES } from '../../ledger/record/clean.ts'
import { errorInformation, rowStatus } from '../../ledger/record/error-information.ts'
import { apiKeyOf, requestTags, type TagOptions } from '../../ledger/record/request-tags.ts'
import { conversationOf, storedPrompt } from '../../ledger/record/stored-prompt.ts'
import type { Json, SpendEvent } from '../../types.ts'
import { LITELLM_REDACTED, modelParameters } from './prompt-parts.ts'

export interface PayloadOptions {
  /** `turn_off_message_logging`: neither prompt nor answer is told. */
  readonly redactsMessages: boolean
  /** `redact_user_api_key_info`: nothing about the key is told. */
  readonly redactsKey: boolean
  /** `standard_logging_payload_excluded_fields`. */
  readonly excluded: readonly string[]
  readonly tags: TagOptions
}

/** Characters that are left of one text of a prompt or an answer; the whole is bounded by `storedPrompt`. */
const MAX_TEXT = 100_000

/**
 * LiteLLM's `StandardLoggingPayload` of a call: what every callback is told. Id and cost are those of its log row. The
 * event must have prompt and answer where they are to be told. Never throws on what a client or a provider wrote.
 */
export function standardPayload(event: SpendEvent, options: PayloadOptions): Json {
  const payload = {
    ...identityOf(event),
    ...outcomeOf(event, options),
    ...promptOf(event, options),
    ...aboutOf(event, options),
  }
  const { excluded } = options
  return excluded.length === 0
    ? payload
    : Object.fromEntries(Object.entries(payload).filter(([name]) => !excluded.includes(name)))
}

/** The request itself, as it may be kept: beside the payload where calls are read back. */
export function toldRequest({ request }: SpendEvent, { redactsMessages }: PayloadOptions): unknown {
  return redactsMessages || !request ? null : storedPrompt(request, { maxLength: MAX_TEXT })
}

/** As the row says it. */
export function payloadStatus(event: SpendEvent, { tags }: PayloadOptions): SpendEvent['outcome']['status'] {
  return rowStatus(event, tags.compat)
}

/** The id that the row has, unless the provider has given the same one to two calls. */
export function payloadId({ outcome, callId }: Pick<SpendEvent, 'outcome' | 'callId'>): string {
  const given = cleanId(outcome.responseId, MAX_ID_BYTES + 1)
  return given !== '' && Buffer.byteLength(given) <= MAX_ID_BYTES ? given : callId
}

function identityOf(event: SpendEvent): Json {
  const { call, callId, deployment, intended, route } = event
  const named = deployment ?? intended
  const trace = typeof call.metadata.trace_id === 'string' ? cleanId(call.metadata.trace_id) : ''
  return {
    id: payloadId(event),
    trace_id: trace || cleanId(call.sessionId) || callId,
    session_id: cleanId(call.sessionId) || trace || callId,
    litellm_call_id: callId,
    call_type: call.callType,
    stream: call.stream || null,
    model: named?.litellmModel ?? named?.model ?? call.modelGroup,
    model_group: route?.group ?? call.modelGroup,
    model_id: named?.id ?? null,
    custom_llm_provider: named?.provider ?? null,
    api_base: deployment?.baseUrl ?? '',
    model_map_information: {
      model_map_key: named?.baseModel ?? named?.litellmModel ?? named?.model ?? '',
      model_map_value: null,
    },
  }
}

function outcomeOf(event: SpendEvent, options: PayloadOptions): Json {
  const { call, outcome, cost, costParts, cache, savedCost } = event
  const { usage, startedAt, firstByteAt, endedAt, error } = outcome
  const status = payloadStatus(event, options)
  const [start, end] = [startedAt.getTime() / 1_000, endedAt.getTime() / 1_000]
  const first = call.stream && firstByteAt ? firstByteAt.getTime() / 1_000 : end
  const dollars = cleanCost(cost) ?? 0
  return {
    status,
    status_fields: { llm_api_status: status, guardrail_status: 'not_run' },
    startTime: start,
    endTime: end,
    completionStartTime: first,
    response_time: first - start,
    response_cost: dollars,
    cost_breakdown: costParts ? costBreakdown(costParts) : null,
    response_cost_failure_debug_info: null,
    saved_cache_cost: savedCost ?? 0,
    cache_hit: cache?.hit ?? null,
    cache_key: cache?.key ?? null,
    prompt_tokens: usage?.promptTokens ?? 0,
    completion_tokens: usage?.completionTokens ?? 0,
    total_tokens: (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0),
    error_str: error ? cleanText(error.message) : null,
    error_information: errorInformation(event, options.tags.compat),
    hidden_params: hiddenParams(event, dollars),
  }
}

function hiddenParams({ deployment, outcome, overheadMs, cache }: SpendEvent, dollars: number): Json {
  return {
    model_id: deployment?.id ?? null,
    cache_key: cache?.key ?? null,
    api_base: deployment?.baseUrl ?? null,
    response_cost: dollars,
    litellm_overhead_time_ms: overheadMs ?? null,
    additional_headers: null,
    batch_models: null,
    litellm_model_name: deployment?.litellmModel ?? deployment?.model ?? null,
    usage_object: usageObject(outcome.usage),
  }
}

function promptOf({ request, answer }: SpendEvent, { redactsMessages }: PayloadOptions): Json {
  if (redactsMessages) {
    return {
      messages: [{ role: 'user', content: LITELLM_REDACTED }],
      response: { text: LITELLM_REDACTED },
      model_parameters: {},
    }
  }
  const cut = { maxLength: MAX_TEXT }
  return {
    messages: request ? storedPrompt(conversationOf(request), cut) : null,
    response: answer === undefined ? null : storedPrompt(answer, cut),
    model_parameters: request ? storedPrompt(modelParameters(request), cut) : {},
  }
}

function aboutOf(event: SpendEvent, { redactsKey, tags }: PayloadOptions): Json {
  const { call, outcome } = event
  const requester = cleanJson(call.metadata)
  return {
    request_tags: requestTags(event, tags),
    request_model_access_groups: event.deployment?.accessGroups ?? [],
    end_user: cleanId(call.endUserId),
    requester_ip_address: call.clientIp ?? null,
    user_agent: call.userAgent ?? null,
    guardrail_information: null,
    standard_built_in_tools_params: null,
    metadata: {
      ...(redactsKey ? {} : keyOf(event)),
      user_api_key_end_user_id: cleanId(call.endUserId) || null,
      user_api_key_request_route: event.path ?? null,
      spend_logs_metadata: cleanJson(call.spendLogsMetadata ?? call.metadata.spend_logs_metadata ?? null),
      requester_ip_address: call.clientIp ?? null,
      user_agent: call.userAgent ?? null,
      requester_metadata: requester,
      requester_custom_headers: null,
      prompt_management_metadata: null,
      mcp_tool_call_metadata: null,
      vector_store_request_metadata: null,
      applied_guardrails: [],
      usage_object: usageObject(outcome.usage),
      cold_storage_object_key: event.coldStorageKey ?? null,
    },
  }
}

function keyOf({ key }: SpendEvent): Json {
  if (!key) return {}
  const { owners, team, user, organization, project } = key
  return {
    user_api_key_hash: apiKeyOf(key),
    user_api_key_alias: key.alias ?? null,
    user_api_key_spend: key.spend,
    user_api_key_max_budget: key.maxBudget ?? null,
    user_api_key_budget_reset_at: key.budgetResetAt?.toISOString() ?? null,
    user_api_key_user_id: owners.userId ?? null,
    user_api_key_user_email: owners.userEmail ?? null,
    user_api_key_user_spend: user?.spend ?? null,
    user_api_key_user_max_budget: user?.maxBudget ?? null,
    user_api_key_team_id: owners.teamId ?? null,
    user_api_key_team_alias: owners.teamAlias ?? null,
    user_api_key_team_spend: team?.spend ?? null,
    user_api_key_team_max_budget: team?.maxBudget ?? null,
    user_api_key_org_id: owners.organizationId ?? null,
    user_api_key_org_alias: organization?.alias ?? null,
    user_api_key_project_id: owners.projectId ?? null,
    user_api_key_project_alias: project?.alias ?? null,
    user_api_key_auth_metadata: cleanJson(withoutLogging(key.metadata)),
  }
}

/** `metadata.logging` has the secrets of the key's own callbacks. */
function withoutLogging({ logging: _logging, ...metadata }: Json): Json {
  return metadata
}

function usageObject(usage: SpendEvent['outcome']['usage']): unknown {
  return (JSON.parse(`{${usageMembers(usage)}}`) as Json).usage_object
}
