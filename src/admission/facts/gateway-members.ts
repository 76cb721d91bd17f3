/** Fields of a body that speak to the router and must not reach an upstream. */
export const ROUTING_FIELDS = [
  'num_retries',
  'disable_fallbacks',
  'fallbacks',
  'context_window_fallbacks',
  'content_policy_fallbacks',
  'enable_tag_filtering',
  'timeout',
  'stream_timeout',
  'request_timeout',
  'mock_testing_fallbacks',
  'mock_testing_context_fallbacks',
  'mock_testing_content_policy_fallbacks',
] as const

/** LiteLLM takes these for itself too. A deployment that is another LiteLLM proxy is sent them. */
export const LITELLM_MEMBERS = [
  ...['tags', 'request_tags', 'session_id', 'litellm_metadata', 'litellm_session_id', 'litellm_trace_id'],
  ...['litellm_call_id', 'litellm_request_debug', 'cache', 'caching', 'ttl', 'no-log', 'guardrails', 'prompt_id'],
  ...['prompt_variables', 'prompt_version', 'mock_response', 'mock_tool_calls', 'mock_timeout', 'callbacks'],
  ...['service_callback', 'logger_fn', 'litellm_disabled_callbacks', 'turn_off_message_logging', 'max_retries'],
  ...['max_fallbacks', 'drop_params', 'additional_drop_params', 'allowed_openai_params', 'model_info'],
  ...['custom_llm_provider', 'organization', 'deployment_id', 'api_version', 'headers', 'default_headers'],
]

/** All of a body that the gateway takes for itself, whatever the upstream. */
export const GATEWAY_MEMBERS: ReadonlySet<string> = new Set([
  ...ROUTING_FIELDS,
  ...LITELLM_MEMBERS,
  ...['extra_body', 'extra_headers'],
])

const UNSAFE = new Set([
  ...['api_base', 'base_url', 'model_list', 'user_config', 'vertex_credentials', 'vertex_project', 'vertex_location'],
  ...['azure_ad_token', 'azure_username', 'azure_password', 'tenant_id', 'client_id', 'client_secret'],
  ...['litellm_credential_name', 's3_endpoint_url', 'sagemaker_base_url', 'langfuse_host', 'proxy_server_request'],
])

/** Whether a parameter would send the gateway's own credentials somewhere else, or use them for something else. */
export function isUnsafeParam(name: string): boolean {
  return UNSAFE.has(name) || name.startsWith('aws_')
}
