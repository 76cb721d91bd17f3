/** A difference from LiteLLM that is on purpose, or that readers of rows and answers cannot tell. */
export interface Accepted {
  /** Matched against `case > part > path`. */
  readonly path: RegExp
  /** What differs, as the documentation says it. Absent: it differs between any two calls. */
  readonly what?: string
  readonly reason: string
}

const ALONE = 'of each call alone'

/** Every accepted difference. Each other one fails the run. The documentation's table is made of it. */
export const ACCEPTED: readonly Accepted[] = [
  {
    path: /row > (request_id|litellm_call_id|startTime|endTime|completionStartTime|request_duration_ms|session_id)$/,
    reason: ALONE,
  },
  { path: /row > (api_key|created_at|updated_at|requester_ip_address)$/, reason: ALONE },
  { path: /(row|key) > .*(user_api_key$|user_api_key_hash|litellm_call_id|overhead_time_ms)/, reason: ALONE },
  { path: /error_budget_entity_id$/, reason: ALONE },
  {
    path: /daily \S+ > \d+\.(id|api_key|created_at|updated_at|total_response_time_ms|request_id)$/,
    reason: ALONE,
  },
  {
    path: /key > (token|key_name|key_alias|created_at|updated_at|last_active|settings_updated_at)$/,
    reason: ALONE,
  },
  { path: /headers\.x-litellm-(call-id|(overhead|response|callback)-duration-ms)$/, reason: ALONE },
  { path: /headers\.(retry-after|x-ratelimit-\S+-remaining-\S+)$/, reason: ALONE },
  { path: /answer > (id|created|system_fingerprint|responseId|request_id)$/, reason: ALONE },
  {
    path: /(rate limit|token limit|budget of nothing|expired key|unknown key) > answer > error\.(message|param)$/,
    reason: ALONE,
  },
  { path: /shared LiteLLM_(DailyGlobalSpend|\w+ > .*(created_at|updated_at|last_used_at))/, reason: ALONE },

  {
    path: /row > metadata\.(price|usage_source|usage_complete|usage_doubt|billed_usage|translated_from|dropped_params)(\.|$)/,
    what: 'Members of `metadata`: `price`, `usage_source`, `usage_complete`, `usage_doubt`, `billed_usage`, `translated_from`, `dropped_params`',
    reason: 'They tell how the numbers were obtained; LiteLLM has none of them',
  },
  {
    path: /row > metadata\.requester_metadata/,
    what: '`metadata.requester_metadata`',
    reason: "The client's own metadata; LiteLLM leaves the member out where there is none",
  },
  {
    path: /row > metadata\.(usage_object|additional_usage_values)(\.|$)/,
    what: '`metadata.usage_object` and `additional_usage_values`',
    reason: "The provider's own usage is kept whole, for each API; LiteLLM keeps its own form of it, or nothing",
  },
  {
    path: /row > metadata\.model_map_information\.model_map_value/,
    what: '`metadata.model_map_information.model_map_value` is null',
    reason: 'A copy of an entry of the price map: each row would be 6 KB longer',
  },
  {
    path: /row > metadata\.cost_breakdown(\.(cache_creation_cost|cache_read_cost|reasoning_cost|data_residency|vertex_location))?$/,
    what: '`metadata.cost_breakdown` has all parts, of images too',
    reason: 'Parts that are 0 or null are left out there, and so is the breakdown of images',
  },
  {
    path: /row > metadata\.[a-z_]+ = null$/,
    what: 'Null members of `metadata`',
    reason: 'They belong to features that are not there',
  },
  {
    path: /row > metadata\.(max_retries|litellm_roi_estimator|used_client_oauth_token|attempted_(retries|fallbacks))$/,
    what: '`metadata.max_retries`, `attempted_retries`, `attempted_fallbacks`',
    reason: 'LiteLLM tells what its own client retried; here the tries of the whole call are told',
  },
  {
    path: /row > metadata\.router_metadata/,
    what: '`metadata.router_metadata.failed_attempts`',
    reason: 'Names each try that failed before; LiteLLM does so only for some',
  },
  {
    path: /row > metadata\.error_information\.(traceback|error_message)/,
    what: '`error_information.error_message` and `traceback`',
    reason: "Python's words, and without the prompt that an upstream may quote",
  },
  {
    path: /upstream error \w+ > row > metadata\.error_information\.error_code$/,
    what: "`error_information.error_code` is the status of an upstream's error",
    reason: "LiteLLM has the provider's own code there in chats with some providers",
  },
  {
    path: /upstream error 403 > row > metadata\.error_information\.error_class$/,
    what: '403 of an upstream is `PermissionDeniedError`',
    reason: 'LiteLLM says `APIError` for some providers; `normalized_error` is the same',
  },
  {
    path: /(blocked key|api_base of a client) > (row > (metadata\.error_information\.\w+|request_tags)|daily \S+TagSpend)$/,
    what: 'Class and code of the error of a blocked key, and of a body that names an address',
    reason: 'LiteLLM writes `Exception`, without a code and `UNCLASSIFIED`, so that its reports cannot gather them',
  },
  {
    path: /(of (messages|responses)|no max_tokens|moderations) > row > metadata\.(user_agent|requester_ip_address|original_model_group)$/,
    what: '`user_agent`, `requester_ip_address` and `original_model_group` of failed messages and responses, and of moderations',
    reason: 'LiteLLM leaves them out',
  },
  {
    path: /(of messages|no max_tokens) > (row > call_type|daily \S+ > \d+\.endpoint)$/,
    what: 'Refused calls of `/v1/messages` have the call type of messages',
    reason: 'LiteLLM books refused ones as chats, and answered ones as messages',
  },
  {
    path: /no prompt > (row > (call_type|request_tags)|daily \S+ > \d+\.endpoint|daily \S+TagSpend)$/,
    what: 'A refused call for images has its call type and tags',
    reason: 'LiteLLM writes `IGNORE_THIS`',
  },
  {
    path: /(route not allowed|no JSON|malformed key|unknown key|no key) > (row|rows|daily)/,
    what: 'Rows of calls that are refused before their body is read',
    reason:
      'Bodies of unknown keys are not read, so their row names no model, and one a minute and address is left; a body that is no JSON leaves none; a route that a key may not call does',
  },
  {
    path: /row > (api_base|cache_hit)$/,
    what: '`api_base` is the address of the deployment; `cache_hit` tells of the response cache alone',
    reason: 'LiteLLM writes them differently for each API, for streams and for failures',
  },
  {
    path: /answer > .*(provider_specific_fields|refusal|service_tier|annotations|logprobs|vertex_ai_\w+)/,
    what: "Members that LiteLLM adds to a provider's answer, most of them null",
    reason: "The upstream's answer reaches the client unchanged, but for the name of the model",
  },
  {
    path: /answer > (choices|text|data|results|output|usage|background|format|output_format|quality|size|language|words|segments|incomplete_details|instructions|metadata|temperature|top_p|max_output_tokens|previous_response_id|reasoning|truncation|user|store|max_tool_calls|parallel_tool_calls|created_at|object|error|system_fingerprint)(\.\S+)?( = null)?$/,
    what: 'Order and form of what is in an answer, and null members of it',
    reason: "The upstream's answer reaches the client unchanged, but for the name of the model",
  },
  {
    path: /upstream error .*answer > (error|type)/,
    what: "Errors of upstreams keep the upstream's body",
    reason: 'Type and code tell clients what to do; LiteLLM wraps them into its own sentence',
  },
  {
    path: /(unknown model|no model|messages are a text|no max_tokens|no JSON|api_base of a client).* > answer > (error|type|message)/,
    what: 'Sentences of refused bodies',
    reason: "LiteLLM's are Python's where it has not checked the body itself",
  },
  {
    path: /messages are a text > row > metadata\.(error_information\.\w+|original_model_group)$/,
    what: 'The class of an error of `messages` that are no list',
    reason: 'LiteLLM fails while it asks the provider, tries again, and then says 400',
  },
  {
    path: /Groq > (row|key|daily)/,
    what: 'Calls of Groq are charged',
    reason: 'LiteLLM charges nothing where the answer states the service tier `default`',
  },
  {
    path: /(wrong method|unknown route|key|not allowed|route|budget.*|rate limit|token limit|no \w+.*|unknown model.*|api_base of a client|messages are a text).* > answer > headers(\.x-litellm-error-code)?$/,
    what: 'Headers `x-litellm-call-id` and `x-litellm-error-code` of refusals',
    reason: 'The code of the error table tells clients apart what a status does not',
  },
  {
    path: /shared LiteLLM_DailyModelUsage > \S+ \S+ \S+ uncategorized\.(request_count|failed_requests|spend)$/,
    what: 'Failed requests in `LiteLLM_DailyModelUsage`',
    reason: 'Rows of unknown keys name no model here; calls of Groq have a price here',
  },
  {
    path: /(unknown model|no model).* > row > metadata\.error_information\.(error_class|normalized_error)$/,
    what: 'The class of an unknown model while a wildcard group exists',
    reason: 'LiteLLM asks the provider of the wildcard then',
  },
  {
    path: /headers\.(llm_provider-(connection|keep-alive|date|transfer-encoding|content-(type|length))|x-litellm-timeout)$/,
    what: 'Headers `llm_provider-connection`, `-date` and the like; `x-litellm-timeout`',
    reason: 'Of the connection to the upstream; the time that a call may take is always told',
  },
  {
    path: /(upstream error|rate limit|token limit|budget|allowed|messages are a text|no \w+).* > answer > headers\.x-litellm-(model-\S+|attempted-\S+|key-spend|response-cost\S*|version)$/,
    what: 'Headers of calls that failed',
    reason: 'They tell where a call went, as those of answers do; LiteLLM leaves most of them out',
  },
  {
    path: /headers\.x-litellm-(response-cost\S*|key-spend|version|model-\S+|attempted-\S+|key-\w+-limit)$/,
    what: 'Headers with the cost of streams and of translated answers',
    reason:
      'A stream has none when its head leaves: LiteLLM writes 0; sums of floating point differ in their last digit',
  },
  {
    path: /headers\.x-ratelimit-(limit|remaining)-(requests|tokens)$/,
    what: 'Headers `x-ratelimit-limit-requests` and the like without a name',
    reason: 'They would hide those of the provider; the limits of a key stand in `x-ratelimit-api_key-...`',
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
  {
    path: /^(settings of (a|an unknown) budget > .*field_description|available roles > .*description)$/,
    reason: 'words of our own',
  },
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
  {
    path: /^(models of a key|one model).*(supports_\w+|supported_openai_params| order)/,
    reason: '`/v1/models` says what a model can do, so that clients need no second question',
  },
  { path: /^routes > /, reason: 'each has its own' },
  { path: /^settings > /, reason: 'the objects of the Python process' },
  { path: /^projects > /, reason: 'there are none where they are licensed' },
]

export function acceptedReason(path: string): string | undefined {
  return ACCEPTED.find((accepted) => accepted.path.test(path))?.reason
}
