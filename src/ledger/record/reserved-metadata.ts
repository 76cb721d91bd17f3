import type { Json } from '../../types.ts'

/**
 * Members of a row's `metadata` that say something to those who read rows, whether this call has them or not. A client's
 * own members of these names stand in `requester_metadata` alone. `session_id`, `trace_id` and `user_id` are the client's
 * to say.
 */
const RESERVED: ReadonlySet<string> = new Set([
  // Written by this package beside LiteLLM's.
  ...['billed_usage', 'cost_unknown', 'price', 'provider_request_id', 'requester_metadata', 'stated_cost'],
  ...['usage_complete', 'usage_doubt', 'usage_source', 'dropped_params', 'translated_from'],
  // LiteLLM 1.106, SpendLogsMetadata.
  ...['actor_agent_id', 'additional_usage_values', 'agent_execution_mode', 'applied_guardrails', 'attempted_fallbacks'],
  ...['attempted_retries', 'autorouter_baseline_observation', 'autorouter_savings', 'autorouter_savings_estimate'],
  ...['azure_spillover', 'batch_failed_requests', 'batch_models', 'batch_successful_requests', 'billing_agent_id'],
  ...['cold_storage_object_key', 'compression_savings', 'cost_breakdown', 'error_information', 'eval_information'],
  ...[
    'guardrail_information',
    'internal_call_origin',
    'max_retries',
    'mcp_tool_call_metadata',
    'model_map_information',
  ],
  ...['original_model_group', 'proxy_server_request', 'requester_ip_address', 'router_metadata', 'routing_decision'],
  ...['spend_logs_metadata', 'status', 'target_agent_id', 'usage_object', 'used_client_oauth_token', 'user_agent'],
  ...['vector_store_request_metadata', 'verified_human_user_id'],
  // LiteLLM 1.106, StandardLoggingPayload, its metadata, and what callbacks and reports look for beside them.
  ...['api_base', 'cache_hit', 'cache_key', 'caching_groups', 'call_type', 'classifier_audit', 'completion_tokens'],
  ...['completionStartTime', 'cost', 'custom_llm_provider', 'deployment', 'end_user', 'endTime', 'endpoint'],
  ...['error_class', 'error_code', 'error_message', 'error_str', 'headers', 'hidden_params', 'id', 'key_alias'],
  ...[
    'messages',
    'metadata',
    'model',
    'model_group',
    'model_group_alias',
    'model_id',
    'model_info',
    'model_parameters',
  ],
  ...['namespaced_tool_name', 'pillar_response_headers', 'policy_sources', 'previous_models', 'prompt_tokens'],
  ...['prompt_management_metadata', 'request_model_access_groups', 'request_tags', 'requester_custom_headers'],
  ...['response', 'response_cost', 'response_cost_failure_debug_info', 'response_time', 'saved_cache_cost'],
  ...['standard_built_in_tools_params', 'standard_logging_guardrail_information', 'startTime', 'status_fields'],
  ...['stream', 'tags', 'team_alias', 'team_id', 'total_tokens', 'user_email', 'zero_cost_diagnostic'],
  // Columns of the log.
  ...['agent_id', 'api_key', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'mcp_namespaced_tool_name'],
  ...['organization_id', 'project_id', 'request_duration_ms', 'request_id', 'spend', 'user'],
])

/** LiteLLM names what it knows of the key, and of itself, with these. */
const RESERVED_PREFIX = /^(user_api_key|litellm_|hidden_|model_map_|_)/

/** The client's `metadata` without what would be taken for the gateway's; `undefined` when nothing is left. */
export function unreserved(metadata: Json): Json | undefined {
  const own = Object.entries(metadata).filter(([name]) => !isReserved(name))
  return own.length === 0 ? undefined : Object.fromEntries(own)
}

/** LiteLLM's own readers know one spelling, others' ignore case. */
function isReserved(name: string): boolean {
  return RESERVED.has(name) || RESERVED.has(name.toLowerCase()) || RESERVED_PREFIX.test(name.toLowerCase())
}
