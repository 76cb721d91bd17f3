import type { ModalityTokens, Usage } from '../../types.ts'
import type { ChatUsage } from '../chat.ts'
import { defined } from './members.ts'

/** What was used, as OpenAI says it, with LiteLLM's additions. The total is added up: providers leave cached tokens out. */
export function chatUsageOf(usage: Usage): ChatUsage {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens } = usage
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: defined({
      cached_tokens: cacheReadTokens,
      text_tokens: textTokens(promptTokens - cacheReadTokens - cacheWriteTokens, usage.promptDetails),
      ...mediaOf(usage.promptDetails),
      ...cacheWritesOf(usage),
    }),
    completion_tokens_details: defined({
      reasoning_tokens: usage.reasoningTokens,
      text_tokens: textTokens(completionTokens - usage.reasoningTokens, usage.completionDetails),
      ...mediaOf(usage.completionDetails),
    }),
    ...(cacheReadTokens > 0 || cacheWriteTokens > 0
      ? { cache_creation_input_tokens: cacheWriteTokens, cache_read_input_tokens: cacheReadTokens }
      : {}),
    ...(usage.serviceTier === undefined ? {} : { service_tier: usage.serviceTier }),
  }
}

function textTokens(tokens: number, { audio = 0, image = 0, video = 0 }: ModalityTokens): number {
  return Math.max(tokens - audio - image - video, 0)
}

function mediaOf({ audio, image, video }: ModalityTokens) {
  return { audio_tokens: audio, image_tokens: image, video_tokens: video }
}

function cacheWritesOf({ cacheWriteTokens, cacheWrite1hTokens }: Usage) {
  if (cacheWriteTokens === 0) return {}
  return {
    cache_creation_tokens: cacheWriteTokens,
    cache_write_tokens: cacheWriteTokens,
    cache_creation_token_details: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWrite1hTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
  }
}

/** Characters of one token of thinking. A guess: Claude's APIs count thinking only for some models. */
const CHARACTERS_PER_TOKEN = 4

/** The usage with reasoning tokens: those that the provider counted, else an estimate from the length of the thinking. */
export function withReasoning(usage: Usage, characters: number): Usage {
  if (usage.reasoningTokens > 0 || characters === 0) return usage
  const reasoningTokens = Math.min(Math.ceil(characters / CHARACTERS_PER_TOKEN), usage.completionTokens)
  return { ...usage, reasoningTokens }
}
