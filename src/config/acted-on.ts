import { CALL_PARAMS } from './call-params.ts'
import { CLOUD_PARAMS } from './cloud-params.ts'
import { isPriceField } from './prices.ts'

const general = (...keys: string[]) => keys.map((key) => `general_settings.${key}`)
const litellm = (...keys: string[]) => keys.map((key) => `litellm_settings.${key}`)

/**
 * The keys of a LiteLLM config that change what this gateway does. A key covers everything below it. Whoever makes the
 * gateway act on one more key adds it here, so that it is no longer reported as ignored.
 */
const ACTED_ON: ReadonlySet<string> = new Set([
  'include',
  'environment_variables',
  'litellm_db',
  'default_vertex_config.vertex_project',
  'default_vertex_config.vertex_location',
  'default_vertex_config.vertex_credentials',
  ...general('master_key', 'database_url', 'database_connection_pool_limit'),
  ...general('database_disable_prepared_statements', 'user_api_key_cache_ttl', 'max_request_size_mb'),
  ...general('strict_config', 'disable_spend_logs', 'disable_spend_updates', 'maximum_spend_logs_retention_period'),
  ...general('maximum_spend_logs_retention_interval', 'litellm_key_header_name', 'token_rate_limit_type'),
  ...general('allow_requests_on_db_unavailable', 'disable_budget_reservation'),
  ...general('fail_closed_rate_limit_enforcement', 'fail_closed_budget_enforcement'),
  ...general('disable_batch_input_file_rate_limiting', 'disable_reset_budget', 'use_redis_transaction_buffer'),
  ...general('store_prompts_in_spend_logs', 'use_x_forwarded_for', 'user_header_name', 'user_header_mappings'),
  ...general('allowed_ips', 'allowed_routes', 'admin_only_routes', 'disable_llm_api_endpoints'),
  ...general('disable_admin_endpoints', 'allow_client_side_credentials', 'enforce_user_param'),
  ...general('reject_clientside_metadata_tags', 'enforced_params', 'service_account_settings'),
  ...general('apply_user_budget_to_team_keys', 'enforce_fallback_budget', 'enforce_organization_models'),
  ...general('disable_responses_id_security', 'allow_unmanaged_response_ids'),
  ...litellm('max_budget', 'default_key_generate_params', 'upperbound_key_generate_params'),
  ...litellm('default_internal_user_params', 'default_team_params', 'max_internal_user_budget'),
  ...litellm('internal_user_budget_duration', 'timezone', 'budget_reset_time', 'weekly_budget_reset_day'),
  ...litellm('blocked_user_list', 'budget_exceeded_throttle_percentage', 'key_generation_settings'),
  ...litellm('disable_add_user_agent_to_request_tags', 'extra_spend_tag_headers', 'cache_params'),
  ...litellm('turn_off_message_logging', 'max_end_user_budget_id', 'model_access_denied_message'),
  ...litellm('model_cost_map_url', 'request_timeout', 'drop_params', 'block_requests_for_models_without_pricing'),
  ...litellm('cost_discount_config', 'cost_margin_config'),
  'general_settings.litellm_settings.timezone',
  ...[
    'store_model_in_db',
    'supported_db_objects',
    'proxy_config_reload_interval_seconds',
    'encryption_algorithm',
    'pass_through_endpoints',
    'background_health_checks',
    'background_health_check_model_groups',
    'health_check_interval',
    'health_check_concurrency',
    'health_check_details',
  ].map((key) => `general_settings.${key}`),
  // The router reads its settings from either section.
  ...[
    'routing_strategy',
    'routing_strategy_args',
    'model_group_alias',
    'num_retries',
    'retry_after',
    'retry_policy',
    'model_group_retry_policy',
    'allowed_fails',
    'allowed_fails_policy',
    'cooldown_time',
    'disable_cooldowns',
    'fallbacks',
    'default_fallbacks',
    'context_window_fallbacks',
    'content_policy_fallbacks',
    'max_fallbacks',
    'enable_tag_filtering',
    'tag_filtering_match_any',
    'tag_routing_prefix',
    'enable_pre_call_checks',
    'default_max_parallel_requests',
    'stream_timeout',
    'timeout',
  ].flatMap((key) => [`router_settings.${key}`, `litellm_settings.${key}`]),
  ...['redis_url', 'redis_host', 'redis_port', 'redis_password', 'redis_db'].map((key) => `router_settings.${key}`),
  'model_list[].model_name',
  'model_list[].rpm',
  'model_list[].tpm',
  ...[
    'model',
    'custom_llm_provider',
    'api_base',
    'base_url',
    'api_key',
    'api_version',
    'organization',
    'headers',
    'extra_headers',
    'timeout',
    'stream_timeout',
    'num_retries',
    'max_retries',
    'cooldown_time',
    'rpm',
    'tpm',
    'weight',
    'order',
    'max_parallel_requests',
    'tags',
    'tag_regex',
    'base_model',
    'drop_params',
    'additional_drop_params',
    'use_in_pass_through',
    'configurable_clientside_auth_params',
    ...CALL_PARAMS,
    ...CLOUD_PARAMS,
    'on_client_abort',
  ].map((key) => `model_list[].litellm_params.${key}`),
  ...[
    'id',
    'base_model',
    'rpm',
    'tpm',
    'allowed_fails',
    'allowed_fails_policy',
    'cooldown_time',
    'enable_tag_filtering',
    'max_input_tokens',
    'team_id',
    'team_public_model_name',
    'blocked',
    'access_groups',
  ].map((key) => `model_list[].model_info.${key}`),
])

/** Sections are looked into; every other key is acted on, or not, as a whole. */
const SECTIONS: ReadonlySet<string> = new Set([
  'general_settings',
  'litellm_settings',
  'router_settings',
  'general_settings.litellm_settings',
  'default_vertex_config',
  'model_list',
  'model_list[]',
  'model_list[].litellm_params',
  'model_list[].model_info',
])

/** Lists of names, some of which are acted on. */
const NAMES: ReadonlyMap<string, ReadonlySet<unknown>> = new Map([
  ['litellm_settings.callbacks', new Set(['blocked_user_check'])],
])

/** Whether the gateway acts on the value at this path of a config. */
export function isActedOn(path: readonly (string | number)[]): boolean {
  let text = ''
  for (const part of path) {
    text = join(text, part)
    if (ACTED_ON.has(text) || isModelPrice(text)) return true
  }
  return false
}

/** The keys of a config that LiteLLM knows and this gateway does not act on, each once: `router_settings.fallbacks`. */
export function ignoredKeys(config: unknown): string[] {
  return [...new Set(keysBelow(config, ''))]
}

function keysBelow(node: unknown, above: string): string[] {
  if (typeof node !== 'object' || node === null) return []
  const entries: [string | number, unknown][] = Array.isArray(node) ? [...node.entries()] : Object.entries(node)
  return entries.flatMap(([key, value]) => {
    const path = join(above, key)
    if (SECTIONS.has(path)) return keysBelow(value, path)
    const names = NAMES.get(path)
    if (names) return [value].flat().flatMap((name) => (names.has(name) ? [] : [`${path}: ${name}`]))
    return ACTED_ON.has(path) || isModelPrice(path) ? [] : [path]
  })
}

function join(above: string, part: string | number): string {
  if (typeof part === 'number') return `${above}[]`
  return above ? `${above}.${part}` : part
}

function isModelPrice(path: string): boolean {
  const [, name] = /^model_list\[\]\.(?:litellm_params|model_info)\.([^.[]+)$/.exec(path) ?? []
  return name !== undefined && isPriceField(name)
}
