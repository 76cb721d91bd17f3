import type { Json } from '../../../types.ts'
import { openaiUsage } from '../../../usage/shapes/openai-usage.ts'
import type { ChatUsage, FinishReason, ThinkingBlock } from '../../chat.ts'
import { argumentsOf } from '../../tool-arguments.ts'

const FINISHES: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
  content_filter: 'SAFETY',
}

export function finishFor(reason: FinishReason | null | undefined): string {
  return FINISHES[reason ?? 'stop'] ?? 'STOP'
}

export function candidateOf(index: number, parts: readonly Json[], finish?: string): Json {
  const content = { parts, role: 'model' }
  return { content, ...(finish ? { finishReason: finish } : {}), index, safetyRatings: [] }
}

export function callPart(id: string, name: string, args: string): Json {
  return { functionCall: { id, name, args: argumentsOf(args) } }
}

/** Thoughts keep their signature, so that it comes back with them. Redacted ones have nothing to show. */
export function thoughtParts(blocks: readonly ThinkingBlock[]): readonly Json[] {
  return blocks.flatMap((block) =>
    block.type === 'thinking'
      ? [{ text: block.thinking, thought: true, ...(block.signature ? { thoughtSignature: block.signature } : {}) }]
      : [],
  )
}

/** Gemini counts thoughts apart from the candidates. */
export function usageMetadata(usage: ChatUsage | null | undefined): Json {
  const { promptTokens, completionTokens, cacheReadTokens, reasoningTokens } = openaiUsage(usage ?? {}, {})
  return {
    promptTokenCount: promptTokens,
    candidatesTokenCount: completionTokens - reasoningTokens,
    totalTokenCount: promptTokens + completionTokens,
    ...(cacheReadTokens > 0 ? { cachedContentTokenCount: cacheReadTokens } : {}),
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
  }
}
