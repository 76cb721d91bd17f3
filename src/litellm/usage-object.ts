import type { Json, Usage } from '../types.ts'
import { cleanJson } from './clean-json.ts'

/** The usage as dashboards read it: the provider's own object, with LiteLLM's names on top. */
export function usageObject(usage: Usage): Json {
  const raw = objectOf(cleanJson(usage.raw))
  return {
    ...raw,
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: {
      ...objectOf(raw.prompt_tokens_details),
      ...detailsOf(usage.promptDetails),
      cached_tokens: usage.cacheReadTokens,
    },
    completion_tokens_details: {
      ...objectOf(raw.completion_tokens_details),
      ...detailsOf(usage.completionDetails),
      reasoning_tokens: usage.reasoningTokens,
    },
    ...cacheTokens(usage),
  }
}

/** What a usage object says beyond the three totals. */
export function additionalUsageValues(usageObject: Json): Json {
  const { prompt_tokens, completion_tokens, total_tokens, ...additional } = usageObject
  return additional
}

function cacheTokens({ cacheReadTokens, cacheWriteTokens }: Usage): Json {
  return {
    ...(cacheReadTokens > 0 && { cache_read_input_tokens: cacheReadTokens }),
    ...(cacheWriteTokens > 0 && { cache_creation_input_tokens: cacheWriteTokens }),
  }
}

function detailsOf(details: Usage['promptDetails']): Json {
  return Object.fromEntries(Object.entries(details).map(([modality, tokens]) => [`${modality}_tokens`, tokens]))
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
