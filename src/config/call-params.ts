import type { Json } from '../types.ts'

/**
 * Parameters of a call that `litellm_params` may set for a deployment; what the request says itself goes first. Others
 * there are for LiteLLM, not for the provider.
 */
export const CALL_PARAMS = [
  'frequency_penalty',
  'logit_bias',
  'max_completion_tokens',
  'max_output_tokens',
  'max_tokens',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'safety_settings',
  'seed',
  'service_tier',
  'stop',
  'temperature',
  'thinking',
  'tool_choice',
  'top_k',
  'top_p',
  'verbosity',
] as const

/** The call parameters among these, or `undefined` when there is none. */
export function callParamsOf(params: Json): Json | undefined {
  const found = CALL_PARAMS.filter((name) => params[name] !== undefined && params[name] !== null)
  return found.length > 0 ? Object.fromEntries(found.map((name) => [name, params[name]])) : undefined
}
