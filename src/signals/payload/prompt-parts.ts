import type { Json } from '../../types.ts'

/** LiteLLM's word in the place of a prompt or an answer that is not told. */
export const LITELLM_REDACTED = 'redacted-by-litellm'

/** Parameters of the APIs, as far as they say how a model was asked and nothing of what. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'audio',
  'dimensions',
  'encoding_format',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_output_tokens',
  'max_tokens',
  'modalities',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'quality',
  'reasoning',
  'reasoning_effort',
  'response_format',
  'seed',
  'service_tier',
  'size',
  'stop',
  'stop_sequences',
  'stream',
  'stream_options',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
  'verbosity',
  'voice',
])

/** `model_parameters`: what of a request is a parameter, by its name. */
export function modelParameters(request: Json): Json {
  return Object.fromEntries(Object.entries(request).filter(([name]) => PARAMETERS.has(name)))
}
