/** A difference from LiteLLM that is on purpose, or that readers of rows and answers cannot tell. */
export interface Accepted {
  /** Matched against `case > part > path`. */
  readonly path: RegExp
  readonly reason: string
}

/** Every accepted difference. Each other one fails the run. */
export const ACCEPTED: readonly Accepted[] = [
  {
    path: /row > (request_id|litellm_call_id|startTime|endTime|completionStartTime|request_duration_ms|session_id)$/,
    reason: 'of each call alone',
  },
  { path: /row > (api_key|created_at|updated_at|requester_ip_address)$/, reason: 'of each call alone' },
  {
    path: /(row|key) > .*(user_api_key$|user_api_key_hash|litellm_call_id|overhead_time_ms)/,
    reason: 'of each call alone',
  },
  {
    path: /daily \S+ > \d+\.(id|api_key|created_at|updated_at|total_response_time_ms|request_id)$/,
    reason: 'of each call alone',
  },
  {
    path: /key > (token|key_name|key_alias|created_at|updated_at|last_active|settings_updated_at)$/,
    reason: 'of each key alone',
  },
  {
    path: /row > metadata\.(price|usage_source|usage_complete|usage_doubt|billed_usage)(\.|$)/,
    reason: 'how numbers were obtained; ours alone',
  },
  {
    path: /row > metadata\.requester_metadata/,
    reason: "the client's own metadata, where it has none LiteLLM leaves it out",
  },
  {
    path: /row > metadata\.(usage_object|additional_usage_values)\./,
    reason: "the provider's own usage is kept whole; LiteLLM keeps its own form of it",
  },
  {
    path: /row > metadata\.model_map_information\.model_map_value/,
    reason: 'a copy of the price map; each row would be 6 KB longer',
  },
  {
    path: /row > metadata\.cost_breakdown\.(cache_creation_cost|reasoning_cost|data_residency|vertex_location)$/,
    reason: 'parts that are 0 or null',
  },
  { path: /row > metadata\.[a-z_]+ = null$/, reason: 'null members of features that are not there' },
  {
    path: /row > metadata\.(max_retries|litellm_roi_estimator|used_client_oauth_token|attempted_(retries|fallbacks))$/,
    reason: 'of LiteLLM itself',
  },
  {
    path: /row > metadata\.error_information\.(traceback|error_message|error_provider_request_id)/,
    reason: "Python's words",
  },
  { path: /row > (api_base|cache_hit)$/, reason: 'LiteLLM writes them differently for each API and for streams' },
  {
    path: /answer > (id|created|system_fingerprint)$/,
    reason: "the upstream's bytes reach the client unchanged",
  },
  {
    path: /answer > .*(provider_specific_fields|refusal|service_tier|annotations|logprobs)/,
    reason: "the upstream's bytes reach the client unchanged",
  },
  {
    path: /upstream error .*answer > error\.(message|type|code|param)/,
    reason: "upstream errors keep the upstream's body",
  },
  { path: /(rate limit|budget of nothing) > answer > error\.message$/, reason: 'it names the key' },
  { path: /answer > (choices|error)$/, reason: "the upstream's bytes reach the client unchanged" },
  {
    path: /unknown model > (answer > error\.message|row > metadata\.error_information\.(error_class|normalized_error))$/,
    reason: 'LiteLLM says it otherwise while a wildcard group exists',
  },
  {
    path: /metadata\.error_information\.error_(budget_(limit|spend|entity_id|entity_type)|rate_limit_type)$/,
    reason: 'not told: which budget or limit it was stands in the message',
  },
]

export function acceptedReason(path: string): string | undefined {
  return ACCEPTED.find((accepted) => accepted.path.test(path))?.reason
}
