import type { Json } from '../../types.ts'
import { count, text } from '../../usage/shapes/reader.ts'
import type { TranslationContext } from '../translation.ts'

/** The least budget of each effort, as LiteLLM reads budgets. */
const LEAST_TOKENS: readonly (readonly [effort: string, tokens: number])[] = [
  ['high', 4096],
  ['medium', 2048],
  ['low', 1024],
]

/** The effort that a budget of reasoning asks for. */
export function effortOfBudget(budgetTokens: unknown): string {
  const tokens = count(budgetTokens)
  return LEAST_TOKENS.find(([, least]) => tokens >= least)?.[0] ?? 'minimal'
}

/** The effort that Anthropic's `thinking` and `output_config` ask for together; "none" turns reasoning off. */
export function effortOfThinking(thinking: Json, outputConfig: Json): string | undefined {
  const stated = text(outputConfig.effort)
  if (thinking.type === 'disabled') return 'none'
  if (thinking.type === 'adaptive') return stated ?? 'medium'
  if (thinking.type === 'enabled') return stated ?? effortOfBudget(thinking.budget_tokens)
  return stated
}

/** The effort that Gemini's `thinkingConfig` asks for. A budget of -1 leaves it to the model. */
export function effortOfThinkingConfig({ thinkingLevel, thinkingBudget }: Json): string | undefined {
  const level = text(thinkingLevel)?.toLowerCase()
  if (level !== undefined) return level === 'thinking_level_unspecified' ? undefined : level
  if (typeof thinkingBudget !== 'number' || thinkingBudget < 0) return undefined
  return thinkingBudget === 0 ? 'none' : effortOfBudget(thinkingBudget)
}

/** Shapes that can say Anthropic's `thinking`. */
const CLAUDES_SHAPES: ReadonlySet<string> = new Set(['anthropic-messages', 'vertex-anthropic', 'bedrock-converse'])

/** Whether the model is asked for Anthropic's own `thinking`, with its budget. */
export function isClaude({ askedShape, model }: Pick<TranslationContext, 'askedShape' | 'model'>): boolean {
  return CLAUDES_SHAPES.has(askedShape) && /claude|anthropic/i.test(model)
}
