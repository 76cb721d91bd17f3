import { factsOf } from '../models/providers/providers.ts'
import type { Deployment } from '../types.ts'
import type { ModelFacts } from './translation.ts'

const EVERYWHERE = words('stream stream_options temperature top_p max_tokens max_completion_tokens stop extra_headers')
const TOOLS = words('tools tool_choice parallel_tool_calls response_format')
const OPENAI = [
  ...EVERYWHERE,
  ...TOOLS,
  ...words(
    'frequency_penalty presence_penalty logit_bias logprobs top_logprobs n seed user modalities audio prediction',
  ),
  ...words('service_tier store safety_identifier prompt_cache_key prompt_cache_retention web_search_options'),
  ...words('function_call functions'),
]
const ANTHROPIC = [...EVERYWHERE, ...TOOLS, ...words('user service_tier web_search_options top_k cache_control')]
const OLLAMA = [...EVERYWHERE, ...TOOLS, ...words('seed frequency_penalty top_k')]

/** OpenAI's chat parameters that can be said in each API, with the few of LiteLLM's own. */
const PARAMS: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': OPENAI,
  'anthropic-messages': ANTHROPIC,
  'vertex-anthropic': ANTHROPIC,
  'gemini-generate': [
    ...EVERYWHERE,
    ...TOOLS,
    ...words('n seed frequency_penalty presence_penalty logprobs top_logprobs modalities web_search_options top_k'),
    'safety_settings',
  ],
  'bedrock-converse': [...EVERYWHERE, ...TOOLS, ...words('service_tier top_k')],
  'cohere-chat': [
    ...EVERYWHERE,
    ...words('tools tool_choice response_format seed frequency_penalty presence_penalty logprobs top_k'),
  ],
  'ollama-chat': OLLAMA,
}

/** Of a chat: these are said of models that answer one. */
const CHAT_MODES: ReadonlySet<unknown> = new Set(['chat', 'responses', undefined])

const EMBEDDING = words('dimensions encoding_format user')

/** The parameters of OpenAI's that reach this model: what `/model/info` calls `supported_openai_params`. */
export function supportedParams(
  { provider, model, translation }: Pick<Deployment, 'provider' | 'model' | 'translation'>,
  facts: ModelFacts,
  mode: unknown,
): readonly string[] {
  if (mode === 'embedding') return EMBEDDING
  if (!CHAT_MODES.has(mode)) return []
  const shape = translation?.preferShape ?? factsOf(provider).shapes.chat(model)
  const reasoning = facts.supportsReasoning === false ? [] : (THINKING[shape] ?? ['reasoning_effort'])
  return [...(PARAMS[shape] ?? OPENAI), ...reasoning]
}

const BOTH = words('reasoning_effort thinking')
const THINKING: Readonly<Record<string, readonly string[]>> = {
  'anthropic-messages': BOTH,
  'vertex-anthropic': BOTH,
  'bedrock-converse': BOTH,
  'gemini-generate': BOTH,
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
