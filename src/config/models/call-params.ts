import type { Provider } from '../../models/providers/provider.ts'
import type { Json, TranslationParams } from '../../types.ts'

/**
 * Parameters of a call that `litellm_params` may set for a deployment; the request's own value wins. Others
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

const NAMES: ReadonlySet<string> = new Set(CALL_PARAMS)

/** The call parameters among these, in their order, or `undefined` when there is none. */
export function callParamsOf(params: Json): Json | undefined {
  const found = Object.entries(params).filter(
    ([name, value]) => NAMES.has(name) && value !== undefined && value !== null,
  )
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

interface DropSource {
  readonly drop_params?: boolean | undefined
  readonly additional_drop_params?: readonly string[] | undefined
}

/**
 * What a deployment is never sent: LiteLLM's `additional_drop_params`, and with `drop_params` what its provider refuses.
 * Only names of the body's own members; LiteLLM's paths (`tools[*].x`) reach into them.
 */
export function droppedParams(
  { refusedParams }: Provider,
  source: DropSource,
  byDefault: boolean,
): readonly string[] | undefined {
  const { drop_params: drop = byDefault, additional_drop_params: more = [] } = source
  const names = [...new Set([...(drop ? refusedParams : []), ...more])]
  return names.length > 0 ? names : undefined
}

interface TranslationSource extends DropSource {
  readonly allowed_openai_params?: readonly string[] | undefined
  readonly prefer_shape?: string | undefined
  readonly use_chat_completions_api?: boolean | undefined
  readonly extra_body?: Json | undefined
}

/** What an entry says of calls that have to be translated; `undefined`: nothing. `byDefault` is the whole gateway's. */
export function translationParamsOf(
  source: TranslationSource,
  byDefault: boolean | undefined,
): TranslationParams | undefined {
  const said = Object.entries({
    preferShape: source.prefer_shape,
    chatOnly: source.use_chat_completions_api,
    dropParams: source.drop_params ?? byDefault,
    allowed: source.allowed_openai_params,
    dropped: source.additional_drop_params,
    extraBody: source.extra_body,
  }).filter(([, value]) => value !== undefined)
  return said.length > 0 ? Object.fromEntries(said) : undefined
}
