import type { Compat } from '../../admission/facts/compat.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Json, SpendEvent, VirtualKey } from '../../types.ts'
import { billedUsage, costBreakdown, usageMembers } from './billed-usage.ts'
import { cleanCost, cleanId, cleanJson, cleanText, membersText } from './clean.ts'
import { errorInformation, rowStatus } from './error-information.ts'
import { apiKeyOf } from './request-tags.ts'
import { unreserved } from './reserved-metadata.ts'

/** What LiteLLM writes for a feature that this call did not use. */
const UNUSED = membersText({
  applied_guardrails: [],
  autorouter_savings: null,
  batch_failed_requests: null,
  batch_models: null,
  batch_successful_requests: null,
  compression_savings: null,
  eval_information: null,
  guardrail_information: null,
  internal_call_origin: null,
  litellm_gateway_injected_cache: null,
  max_retries: null,
  mcp_tool_call_metadata: null,
  proxy_server_request: null,
  routing_decision: null,
  user_api_key_project_alias: null,
  used_client_oauth_token: false,
  vector_store_request_metadata: null,
})

/**
 * The `metadata` of a spend log, as JSON text: every key that LiteLLM writes, `null` where it is unknown, then how the
 * numbers were obtained, then the client's own `metadata` where it names none of these.
 */
export function spendLogMetadata(event: SpendEvent, compat?: Compat): string {
  const { key = NO_KEY, call, outcome } = event
  const requesterMetadata = cleanJson(call.metadata) as Json
  const ours = `{${UNUSED},${ofKey(key)},${usageMembers(outcome.usage)},${membersText(facts(event, requesterMetadata, compat))}}`
  const theirs = unreserved(requesterMetadata)
  return theirs ? JSON.stringify({ ...theirs, ...JSON.parse(ours) }) : ours
}

const NO_KEY: Pick<VirtualKey, 'hashedToken' | 'master' | 'alias' | 'owners'> = {
  hashedToken: '',
  master: false,
  owners: {},
}

const ofKey = memoizeByObject((key: typeof NO_KEY) =>
  membersText({
    user_api_key: apiKeyOf(key),
    user_api_key_alias: textOf(key.alias),
    user_api_key_team_id: textOf(key.owners.teamId),
    user_api_key_team_alias: textOf(key.owners.teamAlias),
    user_api_key_org_id: textOf(key.owners.organizationId),
    user_api_key_user_id: textOf(key.owners.userId),
    user_api_key_project_id: textOf(key.owners.projectId),
  }),
)

function facts(event: SpendEvent, requesterMetadata: Json, compat: Compat | undefined) {
  const { call, outcome } = event
  const billed = billedUsage(outcome.usage)
  return {
    // By which the writer knows the call again: the very id of the record.
    litellm_call_id: cleanId(event.callId),
    requester_ip_address: textOf(call.clientIp),
    requester_metadata: requesterMetadata,
    spend_logs_metadata: spendLogsMetadata(event),
    ...routeTaken(event),
    user_agent: textOf(call.userAgent),
    cold_storage_object_key: event.coldStorageKey ?? null,
    litellm_overhead_time_ms: event.overheadMs ?? null,
    // LiteLLM says it of failures alone.
    status: rowStatus(event, compat) === 'failure' ? 'failure' : null,
    error_information: errorInformation(event, compat),
    model_map_information: modelMapInformation(event),
    cost_breakdown: event.costParts ? costBreakdown(event.costParts) : null,
    usage_source: outcome.usageSource,
    usage_complete: outcome.usageSource === 'reported',
    price: price(event),
    // JSON knows no `undefined`: these are left out.
    translated_from: call.translated?.from,
    dropped_params:
      call.translated && call.translated.losses.length > 0 ? call.translated.losses.map(cleanText) : undefined,
    usage_doubt: outcome.usage?.doubts,
    billed_usage: billed && cleanJson(billed),
    stated_cost: outcome.usage?.statedCost === undefined ? undefined : (cleanCost(outcome.usage.statedCost) ?? null),
    saved_cache_cost: event.cache?.hit ? (cleanCost(event.savedCost) ?? null) : undefined,
    cost_unknown: outcome.usage && cleanCost(event.cost) === undefined ? true : undefined,
  }
}

/** By which figures the cost can be computed again. */
function price({ priceSource, costParts }: SpendEvent): Json | null {
  if (!priceSource) return null
  const { source, key, mapHash } = priceSource
  return { source, key: cleanText(key), tier: textOf(costParts?.serviceTier), mapHash: mapHash ?? null }
}

/** Which way the call went, with the tries that failed before. Without a route nothing was tried. */
function routeTaken({ call, route }: SpendEvent): Json {
  const failures = route?.failures.map(({ deploymentId, ...failure }) => ({ model_id: deploymentId, ...failure }))
  return {
    attempted_retries: route?.retries ?? null,
    attempted_fallbacks: route?.fallbacks ?? null,
    original_model_group: route ? cleanText(call.modelGroup) : null,
    router_metadata: failures?.length ? { failed_attempts: failures } : null,
  }
}

function textOf(value: string | undefined): string | null {
  return value === undefined ? null : cleanText(value)
}

/** What the client says in its header, else in `metadata.spend_logs_metadata`; key and team fill what it does not name. */
function spendLogsMetadata({ key, call }: SpendEvent): unknown {
  const [ofBody, ofKey, ofTeam] = [call.metadata, key?.metadata, key?.teamMetadata].map((from) => {
    const found = from?.spend_logs_metadata
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined
  })
  const client = call.spendLogsMetadata ?? ofBody
  return client || ofKey || ofTeam ? cleanJson({ ...ofTeam, ...ofKey, ...client }) : null
}

function modelMapInformation({ deployment, intended, priceSource }: SpendEvent): Json {
  const { baseModel, litellmModel, model } = deployment ?? intended ?? {}
  const key = baseModel ?? litellmModel ?? priceSource?.key ?? model
  return { model_map_key: cleanText(key ?? ''), model_map_value: null }
}
