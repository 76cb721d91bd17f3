import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import { defined, type Members } from '../../common/members.ts'
import type { TranslationContext } from '../../translation.ts'
import { isGemini3 } from './models.ts'

/** LiteLLM's budgets, in tokens. */
const BUDGETS: Readonly<Record<string, number>> = {
  none: 0,
  disable: 0,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
  max: 16_384,
}
/** The least that a model takes for thinking at all. */
const LEAST: readonly (readonly [RegExp, number])[] = [
  [/gemini-2\.5-flash-lite/, 512],
  [/gemini-2\.5-pro/, 128],
  [/gemini-2\.5-flash/, 1],
]
const LEAST_OTHERWISE = 128
const EFFORTS = ['none', 'disable', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** `thinkingConfig`: a level for Gemini 3, a budget of tokens before, which never exceeds `maxTokens`. */
export function thinkingConfigOf(members: Members, maxTokens: number | undefined, context: TranslationContext) {
  const effort = effortOf(members.take('reasoning_effort'))
  const thinking = members.take('thinking')
  const own = members.take('thinkingConfig') ?? members.take('thinking_config')
  if (typeof own === 'object') return object(own)
  if (effort === undefined && typeof thinking !== 'object') return undefined
  if (!context.facts.supportsReasoning && !isGemini3(context.model)) {
    if (!isOff(effort, object(thinking))) context.losses.add(effort === undefined ? 'thinking' : 'reasoning_effort')
    return undefined
  }
  const config = effort === undefined ? byBudget(object(thinking), context) : byEffort(effort, context)
  const { thinkingBudget } = config
  if (typeof thinkingBudget !== 'number' || maxTokens === undefined) return config
  return { ...config, thinkingBudget: Math.min(thinkingBudget, maxTokens) }
}

function effortOf(value: unknown): string | undefined {
  const effort = typeof value === 'object' ? object(value).effort : value
  return typeof effort === 'string' ? effort : undefined
}

function isOff(effort: string | undefined, thinking: Json): boolean {
  return effort === undefined ? thinking.type === 'disabled' : effort === 'none' || effort === 'disable'
}

function byEffort(effort: string, context: TranslationContext): Json {
  if (!EFFORTS.includes(effort)) throw unknownEffort(effort)
  const includeThoughts = !isOff(effort, {})
  if (isGemini3(context.model)) return { thinkingLevel: levelOf(effort, context), includeThoughts }
  const least = LEAST.find(([model]) => model.test(context.model))?.[1] ?? LEAST_OTHERWISE
  if (effort === 'minimal') return { thinkingBudget: least, includeThoughts }
  if (!includeThoughts && /gemini-2\.5-pro/.test(context.model)) {
    // It refuses not to think.
    context.losses.add('reasoning_effort')
    return { thinkingBudget: least, includeThoughts }
  }
  return { thinkingBudget: BUDGETS[effort], includeThoughts }
}

function levelOf(effort: string, { model, losses }: TranslationContext): string {
  const least = model.includes('flash') ? 'minimal' : 'low'
  if (effort === 'minimal' || effort === 'none' || effort === 'disable') return least
  if (effort !== 'xhigh' && effort !== 'max') return effort
  losses.add('reasoning_effort')
  return 'high'
}

/** Anthropic's `thinking`. Gemini 3 decides itself how much it thinks, unless it is told a level. */
function byBudget({ type, budget_tokens }: Json, { model }: TranslationContext): Json {
  const thinkingBudget = typeof budget_tokens === 'number' ? budget_tokens : undefined
  const isOn = type !== 'disabled' && thinkingBudget !== 0
  if (isGemini3(model)) return { includeThoughts: isOn }
  return defined({ includeThoughts: isOn, thinkingBudget: isOn ? thinkingBudget : 0 })
}

function unknownEffort(effort: string): LiteLLMError {
  return new LiteLLMError('bad_request', {
    message: `The reasoning_effort '${effort}' is unknown. Use one of ${EFFORTS.join(', ')}.`,
    param: 'reasoning_effort',
  })
}
