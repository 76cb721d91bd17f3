import type { Json, ModalityTokens, Quantities, Usage } from '../../types.ts'
import { cacheWritesOf, count, countOrNone, object, quantity, text, usageOf } from './reader.ts'

/**
 * A `usage` object in OpenAI's dialect, in those of the providers that copied it, and in that of the newer OpenAI APIs
 * (`input_tokens`). Cached and reasoning tokens are part of the totals. Details of the input that contradict its total are
 * kept as stated, because LiteLLM bills them so; reasoning is never more than the completion.
 */
export function openaiUsage(found: Json, document: Json): Usage {
  const prompt = detailsOf(found, ['prompt_tokens_details', 'input_tokens_details', 'input_token_details'])
  const completion = detailsOf(found, ['completion_tokens_details', 'output_tokens_details', 'output_token_details'])
  const promptTokens = count(found.prompt_tokens ?? found.input_tokens)
  const reasoning = count(completion.reasoning_tokens ?? found.reasoning_tokens)
  const completionTokens = completionOf(found, promptTokens, reasoning)
  const cached = object(prompt.cached_tokens_details)
  return usageOf({
    promptTokens,
    completionTokens,
    cacheReadTokens: cacheRead(found, prompt),
    ...cacheWritesOf(cacheWrite(found, prompt), prompt.cache_creation_token_details ?? found.cache_creation),
    reasoningTokens: Math.min(reasoning, completionTokens),
    promptDetails: modalities(prompt),
    completionDetails: modalities(completion),
    ...(Object.keys(cached).length > 0 ? { cacheReadDetails: modalities(cached) } : {}),
    quantities: quantitiesOf(found, prompt),
    serviceTier: text(document.service_tier) ?? text(found.service_tier),
    statedCost: statedCost(found),
    raw: found,
  })
}

function detailsOf(found: Json, names: readonly string[]): Json {
  return object(names.map((name) => found[name]).find((value) => value != null))
}

/**
 * Some copies state only a total. Others (xAI, Gemini's OpenAI dialect) leave reasoning out of the completion but not
 * out of the total.
 */
function completionOf(found: Json, promptTokens: number, reasoning: number): number {
  const stated = found.completion_tokens ?? found.output_tokens
  const total = count(found.total_tokens)
  if (stated == null) return Math.max(0, total - promptTokens)
  return count(stated) + (reasoning > 0 && total === promptTokens + count(stated) + reasoning ? reasoning : 0)
}

/** OpenAI and most copies; Perplexity's agents; DeepSeek; Moonshot; Mistral; gateways in front of Anthropic. */
function cacheRead(found: Json, details: Json): number {
  return count(
    details.cached_tokens ??
      details.cache_read_input_tokens ??
      found.prompt_cache_hit_tokens ??
      found.cached_tokens ??
      found.num_cached_tokens ??
      object(found.prompt_token_details).cached_tokens ??
      found.cache_read_input_tokens,
  )
}

function cacheWrite(found: Json, details: Json): number {
  return count(
    details.cache_write_tokens ??
      details.cache_creation_tokens ??
      details.cache_creation_input_tokens ??
      found.cache_creation_input_tokens,
  )
}

/**
 * Perplexity, xAI and OpenRouter count searches in the usage, Perplexity the tokens of its sources too; another LiteLLM
 * counts what its embeddings are made of.
 */
function quantitiesOf(found: Json, details: Json): Quantities {
  const searches =
    found.num_search_queries ??
    object(found.server_side_tool_usage_details).web_search_calls ??
    object(found.server_tool_use_details ?? found.server_tool_use).web_search_requests
  return {
    ...(searches == null ? {} : { webSearches: count(searches) }),
    ...(found.citation_tokens == null ? {} : { citationTokens: count(found.citation_tokens) }),
    ...(details.image_count == null ? {} : { inputImages: count(details.image_count) }),
    ...(details.character_count == null ? {} : { characters: count(details.character_count) }),
    ...(details.audio_length_seconds == null ? {} : { audioSeconds: quantity(details.audio_length_seconds) }),
    ...(details.video_length_seconds == null ? {} : { videoSeconds: quantity(details.video_length_seconds) }),
  }
}

const MODALITIES = ['text', 'audio', 'image', 'video'] as const

export function modalities(details: Json): ModalityTokens {
  const split: { -readonly [name in keyof ModalityTokens]: number } = {}
  for (const name of MODALITIES) {
    const tokens = countOrNone(details[`${name}_tokens`])
    if (tokens !== undefined) split[name] = tokens
  }
  return split
}

/** xAI counts dollars in ticks. */
const TICKS_PER_DOLLAR = 1e10

/**
 * US dollars that a provider states for the call within its usage: OpenRouter's `cost`, Perplexity's
 * `cost.total_cost`, xAI's `cost_in_usd_ticks`. Only finite numbers that are not negative are statements.
 */
function statedCost(usage: Json): number | undefined {
  const { cost, cost_in_usd_ticks: ticks } = usage
  if (isAmount(ticks)) return ticks / TICKS_PER_DOLLAR
  if (isAmount(cost)) return cost
  const total = object(cost).total_cost
  return isAmount(total) ? quantity(total) : undefined
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
