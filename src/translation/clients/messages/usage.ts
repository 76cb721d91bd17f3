import type { Json } from '../../../types.ts'
import { openaiUsage } from '../../../usage/shapes/openai-usage.ts'
import type { ChatUsage, FinishReason } from '../../chat.ts'

/** What Anthropic's clients count: input that was neither read from a cache nor written to one stands apart. */
export function messageUsage(usage: ChatUsage | null | undefined): Json {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens } = openaiUsage(usage ?? {}, {})
  return {
    input_tokens: Math.max(0, promptTokens - cacheReadTokens - cacheWriteTokens),
    output_tokens: completionTokens,
    ...(cacheWriteTokens > 0 ? { cache_creation_input_tokens: cacheWriteTokens } : {}),
    ...(cacheReadTokens > 0 ? { cache_read_input_tokens: cacheReadTokens } : {}),
    ...(usage?.server_tool_use ? { server_tool_use: usage.server_tool_use } : {}),
  }
}

const REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
}

export interface Ending {
  readonly finish: FinishReason | null | undefined
  /** What the provider says that stopped it. */
  readonly stopper?: unknown
  /** It called a tool: some providers say "stop" then. */
  readonly called: boolean
  readonly refused: boolean
}

/** Why the message ended. A stop sequence is named where the provider names it. */
export function stopOf({ finish, stopper, called, refused }: Ending, asked: Json): Json {
  const sequences: readonly unknown[] = Array.isArray(asked.stop_sequences) ? asked.stop_sequences : []
  const sequence = finish === 'stop' && sequences.includes(stopper) ? stopper : null
  if (sequence !== null) return { stop_reason: 'stop_sequence', stop_sequence: sequence }
  if (refused) return { stop_reason: 'refusal', stop_sequence: null }
  const reason = called && finish === 'stop' ? 'tool_calls' : (finish ?? 'stop')
  return { stop_reason: REASONS[reason] ?? 'end_turn', stop_sequence: null }
}
