import type { Json, Usage } from '../types.ts'
import { cleanJson } from './clean-json.ts'
import { membersText } from './members-text.ts'

/**
 * `usage_object` and `additional_usage_values`, as JSON text of two members: the usage as dashboards read it, the
 * provider's own object with LiteLLM's names on top, and what it says beyond the three totals.
 */
export function usageMembers(usage: Usage | undefined): string {
  if (!usage) return '"usage_object":null,"additional_usage_values":{}'
  const { promptTokens, completionTokens } = usage
  const totals = membersText({
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  })
  const additional = membersText(additionalValues(usage))
  return `"usage_object":{${totals},${additional}},"additional_usage_values":{${additional}}`
}

/** Never empty. */
function additionalValues(usage: Usage): Json {
  const { prompt_tokens, completion_tokens, total_tokens, ...raw } = objectOf(cleanJson(usage.raw))
  return {
    ...raw,
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

function cacheTokens({ cacheReadTokens, cacheWriteTokens }: Usage): Json {
  return {
    ...(cacheReadTokens > 0 && { cache_read_input_tokens: cacheReadTokens }),
    ...(cacheWriteTokens > 0 && { cache_creation_input_tokens: cacheWriteTokens }),
  }
}

function detailsOf(details: Usage['promptDetails']): Json {
  const named: Record<string, number | undefined> = {}
  for (const modality in details) named[`${modality}_tokens`] = details[modality as keyof typeof details]
  return named
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
