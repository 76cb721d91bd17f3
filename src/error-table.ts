export interface ErrorEntry {
  readonly status: number
  /** The `type` that OpenAI clients and LiteLLM's own see. */
  readonly type: string
  readonly message: string
  /** What the operator or the caller does about it; part of the docs. */
  readonly fix: string
  /** Sent as `retry-after`, where trying again helps. */
  readonly retryAfterSeconds?: number
  /** How rows name it in `error_information`. Absent: by what was answered. */
  readonly logged?: LoggedError
  /** Refused before tags are looked at: LiteLLM's rows of that have none. */
  readonly beforeTags?: true
}

/**
 * LiteLLM's exception class of a refusal, and the code under which its reports gather it, as 1.106 has them
 * (litellm_core_utils/error_normalization.py).
 */
export type LoggedError = readonly [exception: string, normalized: string]

const NO_KEY: LoggedError = ['ProxyException', '401_AUTHENTICATION_FAILED']
const NO_MODEL: LoggedError = ['ModelAccessDeniedProxyException', '403_MODEL_ACCESS_DENIED']
const FORBIDDEN: LoggedError = ['ProxyException', '403_PERMISSION_DENIED']

/** Every way a request can end in an error of ours. Statuses and types are LiteLLM's (v1.84 and later). */
export const ERROR_TABLE = {
  missing_key: {
    status: 401,
    type: 'auth_error',
    message: 'Authentication Error, No api key passed in.',
    fix: 'Send `Authorization: Bearer sk-...`.',
  },
  malformed_key: {
    status: 401,
    type: 'auth_error',
    message: 'Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.',
    fix: 'Send `Authorization: Bearer sk-...`.',
  },
  not_a_virtual_key: {
    status: 401,
    type: 'auth_error',
    message: "LiteLLM Virtual Key expected, expected to start with 'sk-'.",
    fix: 'Send the key itself, not its hash.',
    logged: ['HTTPException', '401_AUTHENTICATION_FAILED'],
  },
  unknown_key: {
    status: 401,
    type: 'token_not_found_in_db',
    message: 'Authentication Error, Invalid proxy server token passed.',
    fix: 'Create the key in this database, or point the gateway at the right one.',
    logged: ['KeyNotFoundError', '401_AUTHENTICATION_FAILED'],
  },
  blocked_key: {
    status: 401,
    type: 'auth_error',
    message: "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.",
    fix: 'Unblock the key.',
    logged: NO_KEY,
    beforeTags: true,
  },
  expired_key: {
    status: 401,
    type: 'expired_key',
    message: 'Authentication Error - Expired Key.',
    fix: 'Renew the key.',
    logged: NO_KEY,
    beforeTags: true,
  },
  budget_exceeded: {
    status: 422,
    type: 'budget_exceeded',
    message: 'Budget has been exceeded!',
    fix: 'Raise the budget, or wait for its reset.',
    logged: ['BudgetExceededError', '429_BUDGET_EXCEEDED'],
    beforeTags: true,
  },
  budget_unverifiable: {
    status: 503,
    type: 'auth_error',
    message:
      "{'error': 'Budget enforcement unavailable: current spend could not be verified against Redis or the database, and " +
      'fail_closed_budget_enforcement is enabled, so the request was rejected to avoid exceeding the configured budget. ' +
      "Retry shortly.'}",
    fix: 'Bring the database back, or set `general_settings.fail_closed_budget_enforcement` to false.',
    retryAfterSeconds: 1,
  },
  key_model_denied: {
    status: 403,
    type: 'key_model_access_denied',
    message: 'key not allowed to access model.',
    fix: 'Add the model to `models` of the key.',
    logged: NO_MODEL,
    beforeTags: true,
  },
  team_model_denied: {
    status: 403,
    type: 'team_model_access_denied',
    message: 'team not allowed to access model.',
    fix: 'Add the model to `models` of the team.',
    logged: NO_MODEL,
    beforeTags: true,
  },
  user_model_denied: {
    status: 403,
    type: 'user_model_access_denied',
    message: 'user not allowed to access model.',
    fix: 'Add the model to `models` of the user.',
    logged: NO_MODEL,
    beforeTags: true,
  },
  organization_model_denied: {
    status: 403,
    type: 'org_model_access_denied',
    message: 'organization not allowed to access model.',
    fix: 'Add the model to `models` of the organization.',
    logged: NO_MODEL,
    beforeTags: true,
  },
  project_model_denied: {
    status: 403,
    type: 'project_model_access_denied',
    message: 'project not allowed to access model.',
    fix: 'Add the model to `models` of the project.',
    logged: NO_MODEL,
    beforeTags: true,
  },
  blocked_owner: {
    status: 401,
    type: 'auth_error',
    message: 'Authentication Error, the team, project or user of this key is blocked.',
    fix: 'Unblock the team or project, or activate the user.',
    logged: NO_KEY,
    beforeTags: true,
  },
  forbidden: {
    status: 403,
    type: 'auth_error',
    message: 'This key is not allowed to do that.',
    fix: 'See the message: it names the route, address or setting.',
    logged: FORBIDDEN,
    beforeTags: true,
  },
  bad_request: {
    status: 400,
    type: 'bad_request_error',
    message: 'The request holds something that is not allowed.',
    fix: 'See the message: it names the parameter.',
  },
  user_param_missing: {
    status: 401,
    type: 'auth_error',
    message: "Authentication Error, 'user' param not passed in. 'enforce_user_param'=True",
    fix: 'Send `user` in the body, or turn `enforce_user_param` off.',
  },
  admin_only: {
    status: 401,
    type: 'auth_error',
    message:
      'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams.',
    fix: 'Use the master key, or the key of a proxy admin.',
  },
  master_key_only: {
    status: 401,
    type: 'auth_error',
    message: 'Authentication Error, this route is only for the master key.',
    fix: 'Use the master key.',
  },
  vector_store_denied: {
    status: 401,
    type: 'key_vector_store_access_denied',
    message: 'User not allowed to access vector store.',
    fix: 'Add the vector store to the object permission of the key, team or organization.',
    logged: FORBIDDEN,
  },
  tool_denied: {
    status: 403,
    type: 'tool_access_denied',
    message: 'This key may not offer this tool to a model.',
    fix: 'Add the tool to `metadata.allowed_tools` of the key or team.',
    logged: FORBIDDEN,
  },
  rate_limited: {
    status: 429,
    type: 'throttling_error',
    message: 'Rate limit exceeded.',
    fix: 'Wait for the reset that the message names, or raise the limit.',
    logged: ['ProxyRateLimitError', '429_RATE_LIMIT_EXCEEDED'],
  },
  limit_store_unavailable: {
    status: 503,
    type: 'internal_server_error',
    message: 'Service Unavailable, the store of rate limits is temporarily unreachable. Please retry shortly.',
    fix: 'Bring the store back (`limitStore`), or set `passOnStoreError` so that each process counts for itself meanwhile.',
    retryAfterSeconds: 1,
  },
  key_store_unavailable: {
    status: 503,
    type: 'no_db_connection',
    message: 'Service Unavailable, the authentication database is temporarily unreachable. Please retry shortly.',
    fix: 'Bring the database back. The master key and recently used keys go on working.',
    retryAfterSeconds: 1,
  },
  no_database: {
    status: 400,
    type: 'no_db_connection',
    message: 'No connected db.',
    fix: 'Configure `database_url`. Without it only the master key is accepted.',
  },
  no_tables: {
    status: 503,
    type: 'no_db_connection',
    message: 'The database has no LiteLLM tables: run `express-litellm migrate`, or let LiteLLM make them.',
    fix: 'Run `express-litellm migrate`, or start `serve` without `--no-migrate`.',
  },
  param_missing: {
    status: 400,
    type: 'invalid_request_error',
    message: 'A member of the body is missing.',
    fix: 'See the message: it names the member.',
    logged: ['ProxyMissingRequiredParamError', '400_MISSING_REQUIRED_PARAMETER'],
  },
  model_missing: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request names no model. Pass `model` in the JSON body.',
    fix: 'Send `model`.',
    logged: ['ProxyModelNotFoundError', '400_INVALID_REQUEST'],
  },
  model_not_found: {
    status: 400,
    type: 'invalid_request_error',
    message: 'Invalid model name passed in. Call `/v1/models` to view available models for your key.',
    fix: 'Add the model to `model_list`, or correct its name.',
    logged: ['ProxyModelNotFoundError', '400_INVALID_REQUEST'],
  },
  shape_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The provider of this model does not speak this API.',
    fix: 'Call the model by an API of its provider, or add a deployment of a provider that speaks this one.',
  },
  params_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The provider of this model does not support a parameter of the call.',
    fix: 'Leave out the parameters that the message names, or let them be dropped: `litellm_settings.drop_params: true`.',
  },
  refused_by_hook: {
    status: 400,
    type: 'bad_request_error',
    message: 'A rule of this gateway refuses the request.',
    fix: "See the message: it is that of the operator's `preCall`.",
  },
  hook_failed: {
    status: 500,
    type: 'internal_server_error',
    message: 'A rule of this gateway could not be asked.',
    fix: 'A `preCall` has thrown, has not decided within 10 s, or its file cannot be loaded: see the event `fault`.',
  },
  model_unpriced: {
    status: 403,
    type: 'model_cost_map_missing',
    message: 'The price of this model is not known.',
    fix: 'Give the model prices in `litellm_params`, name a `base_model`, or set `unpricedModels` to `flag`.',
  },
  no_deployment: {
    status: 429,
    type: 'rate_limit_error',
    message: 'No deployments available for selected model.',
    fix: 'Wait, or add deployments: all of this model are cooling down, full or excluded.',
    logged: ['RouterRateLimitError', '429_NO_HEALTHY_DEPLOYMENTS'],
  },
  body_not_json: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request body is not a JSON object.',
    fix: 'Send a JSON object.',
  },
  body_too_large: {
    status: 413,
    type: 'invalid_request_error',
    message: 'The request body is too large.',
    fix: 'Send less, or raise `maxBodyBytes`.',
  },
  body_timeout: {
    status: 408,
    type: 'timeout_error',
    message: 'The request body took too long to arrive.',
    fix: 'Send it faster, or raise `bodyTimeout`.',
  },
  bodies_full: {
    status: 503,
    type: 'internal_server_error',
    message: 'The gateway holds as many request bodies as it may: retry in a moment.',
    fix: 'Retry. If it happens often, raise `maxHeldBodyBytes`, or add instances.',
    retryAfterSeconds: 1,
  },
  body_too_complex: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request body is nested too deep, or has too many values.',
    fix: 'Send fewer values, or flatter ones: at most 128 levels and 1,000,000 values.',
  },
  not_found: {
    status: 404,
    type: 'invalid_request_error',
    message: 'This gateway has no such route.',
    fix: 'Check the path and the method.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    message: 'Method Not Allowed',
    fix: 'Use a method that the header `allow` names.',
  },
  invalid_login: {
    status: 401,
    type: 'auth_error',
    message:
      "Invalid credentials used to access UI. Check 'UI_USERNAME' and 'UI_PASSWORD', or the password set for your user",
    fix: 'Sign in with `UI_USERNAME` and `UI_PASSWORD`, by default `admin` and the master key, or as a user that has a password.',
  },
  too_many_logins: {
    status: 429,
    type: 'auth_error',
    message: 'Too many failed sign-in attempts. Try again later.',
    fix: 'Wait for `retry-after` seconds. The master key works on the API meanwhile.',
  },
  resource_not_found: {
    status: 404,
    type: 'invalid_request_error',
    message: 'There is no such resource that this key may use.',
    fix: 'Use the key that made it, or one of its team. An administrator may set `metadata.allow_foreign_resources` of a key, for what was not made through this gateway.',
  },
  resource_owner_unknown: {
    status: 503,
    type: 'no_db_connection',
    message: 'Service Unavailable, it cannot be looked up who made this resource. Please retry shortly.',
    fix: 'Bring the database back.',
    retryAfterSeconds: 1,
  },
  upstream_error: {
    status: 502,
    type: 'upstream_error',
    message: 'The upstream answered with an error.',
    fix: 'See the message: it is the upstream’s own.',
  },
  upstream_unreachable: {
    status: 502,
    type: 'upstream_error',
    message: 'The upstream could not be reached.',
    fix: 'Check `api_base` of the deployment and its network.',
    logged: ['APIConnectionError', '500_PROVIDER_CONNECTION_ERROR'],
  },
  upstream_timeout: {
    status: 504,
    type: 'timeout_error',
    message: 'The upstream took too long to answer.',
    fix: 'Raise `timeout`, or look at the upstream.',
    logged: ['Timeout', '408_UPSTREAM_TIMEOUT'],
  },
  upstream_credential: {
    status: 502,
    type: 'upstream_error',
    message: 'The call could not be signed for its upstream.',
    fix: 'See the message: it names what is missing. Check the AWS or Google credentials of the deployment.',
  },
  shutting_down: {
    status: 503,
    type: 'internal_server_error',
    message: 'The gateway is shutting down.',
    fix: 'Retry: another instance will answer.',
    retryAfterSeconds: 1,
  },
  middleware_missing: {
    status: 500,
    type: 'internal_server_error',
    message: 'A LiteLLM middleware is missing or mounted in the wrong order.',
    fix: 'Mount it as the message says.',
  },
  internal: {
    status: 500,
    type: 'internal_server_error',
    message: 'Internal server error.',
    fix: 'A fault of ours: see the `fault` event.',
  },
} as const satisfies Record<string, ErrorEntry>
