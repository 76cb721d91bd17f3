/**
 * Parameters of OpenAI's chat that a provider's compatible side refuses, by the providers' own documentation (Groq's
 * "Currently unsupported OpenAI features", Cerebras's and Mistral's API references, Google's "OpenAI compatibility").
 * LiteLLM has longer lists, of what it does not translate.
 */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  groq: ['logit_bias', 'logprobs', 'top_logprobs'],
  cerebras: ['frequency_penalty', 'logit_bias', 'presence_penalty'],
  mistral: ['logit_bias', 'logprobs', 'top_logprobs', 'service_tier', 'store', 'user'],
  gemini: ['frequency_penalty', 'logit_bias', 'logprobs', 'presence_penalty', 'seed', 'top_logprobs', 'user'],
  vertex_ai: ['logit_bias', 'user'],
}

export interface DropSource {
  readonly drop_params?: boolean | undefined
  readonly additional_drop_params?: readonly string[] | undefined
}

/**
 * What a deployment is never sent: LiteLLM's `additional_drop_params`, and with `drop_params` what its provider refuses.
 * Only names of the body's own members; LiteLLM's paths (`tools[*].x`) reach into them.
 */
export function droppedParams(provider: string, source: DropSource, byDefault: boolean): readonly string[] | undefined {
  const { drop_params: drop = byDefault, additional_drop_params: more = [] } = source
  const names = [...new Set([...(drop ? (REFUSED[provider] ?? []) : []), ...more])]
  return names.length > 0 ? names : undefined
}
