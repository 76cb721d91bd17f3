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
  { path: /model_id$|litellm_model_table\.id$/, reason: 'a number of its own' },
  { path: /(key|update|member).* order$/, reason: 'JSON of the database has an order of its own' },
  { path: /members_with_roles\.\d+\./, reason: 'a member whose role has changed stands at the end' },
  {
    path: /temp_budget_(expiry|increase)$/,
    reason: 'as it was sent; LiteLLM stores the time with another zone and a float',
  },
  { path: /^bulk update > .*failed_updates\.0\.key$/, reason: 'a secret is not repeated' },
  { path: /^key with an unknown type > .*type$/, reason: "Pydantic's two words for one mistake" },
  { path: /^user with an unknown role > .*msg$/, reason: "Python's names of the roles" },
  { path: /^(member with an unknown role|nobody as a member) > .*loc/, reason: 'the place says more' },
  {
    path: /^(body that is a list|model without parameters|key of an unknown organization|customer with an unknown budget) > answer > status/,
    reason: "a client's mistake is no error of the server",
  },
  {
    path: /^(tag that is there|info of unknown tags|update of an unknown tag|delete of an unknown tag) > answer > status/,
    reason: "a client's mistake is no error of the server",
  },
  { path: /^(block|unblock) of a customer > answer > status/, reason: 'it works here' },
  { path: /^update of an unknown address > answer > status/, reason: 'a fault of LiteLLM: no user can be named so' },
  { path: /^user with a negative budget > answer > status/, reason: 'a budget below nothing lets no call pass' },
  {
    path: /^(regenerate|regenerate by path|update of the role of a member|list of organizations|project) > answer > status/,
    reason: 'free here, licensed there',
  },
  {
    path: /^info of an (unknown )?organization( with members)? > answer > status/,
    reason: 'free here, licensed there',
  },
  { path: /^generate by a key > answer/, reason: 'its key was renewed, which is licensed there' },
  { path: /^blocked team > answer > status/, reason: 'a block is seen at once; LiteLLM serves what it has cached' },
  { path: /^settings of (a|an unknown) budget > .*field_description$/, reason: 'words of our own' },
  {
    path: /litellm_params\.(model|api_key|api_base)$/,
    reason: 'sealed, each time with other random bytes',
  },
  {
    path: /litellm_params\.(use_|allow_client_keepalive_override|merge_reasoning_content)|member_auto_router$/,
    reason: "LiteLLM's own defaults",
  },
  { path: /^info of .*model.*litellm_params order$/, reason: 'JSON of the database has an order of its own' },
  { path: /supported_openai_params\.\d+$/, reason: 'what is translated here, in an order of its own' },
  { path: /^info of .*model.* = null$/, reason: 'prices that a model does not have' },
  {
    path: /^info of .*model.*model_info( order|\.(pricing_overrides|access_via_team_ids|direct_access|(created|updated)_(at|by)))/,
    reason: "members for LiteLLM's dashboard; who made a model, and when",
  },
  { path: /^routes > /, reason: 'each has its own' },
  { path: /^settings > /, reason: 'the objects of the Python process' },
  { path: /^projects > /, reason: 'there are none where they are licensed' },
]

export function acceptedReason(path: string): string | undefined {
  return ACCEPTED.find((accepted) => accepted.path.test(path))?.reason
}
