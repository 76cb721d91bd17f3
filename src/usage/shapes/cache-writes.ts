import type { Usage } from '../../types.ts'
import { count, object } from './reader.ts'

/**
 * What was written to the provider's cache: `total`, and Anthropic's split of it (`ephemeral_5m_input_tokens`,
 * `ephemeral_1h_input_tokens`). A split that counts nothing says nothing. One that contradicts the total is kept as stated:
 * LiteLLM bills the split.
 */
export function cacheWritesOf(
  total: number,
  split: unknown,
): Pick<Usage, 'cacheWriteTokens' | 'cacheWrite1hTokens' | 'cacheWrite5mTokens'> {
  const fiveMinutes = count(object(split).ephemeral_5m_input_tokens)
  const hour = count(object(split).ephemeral_1h_input_tokens)
  if (fiveMinutes + hour === 0) return { cacheWriteTokens: total, cacheWrite1hTokens: 0 }
  if (fiveMinutes + hour === total) return { cacheWriteTokens: total, cacheWrite1hTokens: hour }
  return { cacheWriteTokens: total, cacheWrite1hTokens: hour, cacheWrite5mTokens: fiveMinutes }
}
