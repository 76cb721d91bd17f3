import { LiteLLMError } from '../../errors.ts'
import type { Call, Json } from '../../types.ts'
import { ENDPOINTS } from './endpoints.ts'

/** Members without which a JSON body of this shape is refused before a deployment is asked, as LiteLLM does. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['messages'],
  'openai-completions': ['prompt'],
  'openai-embeddings': ['input'],
  'openai-responses': ['input'],
  'anthropic-messages': ['messages', 'max_tokens'],
  'gemini-generate': ['contents'],
  'openai-speech': ['input'],
  'openai-moderations': ['input'],
  rerank: ['query', 'documents'],
  'openai-images': ['prompt'],
}

/** Members that have to be lists: what else is there no provider understands. */
const LISTS: Readonly<Record<string, string>> = {
  'openai-chat': 'messages',
  'anthropic-messages': 'messages',
}

/** The model group is not one of this gateway's. `status`: 400 as in LiteLLM, unless `compat` says 404. */
export function unknownModel(
  { callType, modelGroup }: Call,
  status: number | undefined,
  code: 'model_not_found' | 'model_missing' = 'model_not_found',
): LiteLLMError {
  const hint = 'Call `/v1/models` to view available models for your key.'
  return new LiteLLMError(code, {
    status,
    message: `${endpointOf(callType)}: Invalid model name passed in model=${modelGroup}. ${hint}`,
  })
}

/** The first member that the body of this call lacks, or has as something else than a list, unless the deployment fills it in. */
export function missingMember(
  { callType, shape, json }: Call,
  defaults: () => Json | undefined,
): LiteLLMError | undefined {
  const missing = json && REQUIRED[shape]?.find((name) => (json[name] ?? null) === null)
  const list = LISTS[shape]
  if (missing === undefined && list && json && !Array.isArray(json[list] ?? defaults()?.[list])) return notAList(list)
  if (missing === undefined || (defaults()?.[missing] ?? null) !== null) return undefined
  return new LiteLLMError('param_missing', {
    param: missing,
    message: `${endpointOf(callType)}: Missing required parameter: '${missing}'.`,
  })
}

function notAList(param: string): LiteLLMError {
  return new LiteLLMError('param_missing', { param, message: `Invalid request format: '${param}' must be a list.` })
}

/** As LiteLLM's sentences name the endpoint. */
function endpointOf(callType: string): string {
  return ENDPOINTS[callType] ?? callType
}
