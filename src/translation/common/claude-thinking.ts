import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { object } from '../../usage/shapes/reader.ts'
import type { ChatMessage } from '../chat.ts'
import { signedBlocks } from '../thinking.ts'
import type { TranslationContext } from '../translation.ts'
import { defined, type Members } from './members.ts'

/** LiteLLM's budgets, in tokens. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
  max: 16_384,
}
const LEAST_BUDGET = 1024
/** What is left for the answer beside a budget, where the client sets no limit. */
const ANSWER_TOKENS = 4096
/** LiteLLM's limit for models that it does not know. */
const UNKNOWN_MAX_TOKENS = 4096

/** Claude's parameters of thinking, in Anthropic's words. */
export interface Thinking {
  readonly thinking?: Json
  readonly output_config?: Json
}

export interface Effort extends Thinking {
  /** The client's limit, or what a budget needs. `undefined`: the client sets none. */
  readonly maxTokens: number | undefined
}

/**
 * How much the model may think and write. A budget is always below `max_tokens`; where `max_tokens` leaves no room for the
 * least budget, thinking is left out.
 */
export function thinkingOf(members: Members, hasBareCalls: boolean, context: TranslationContext): Effort {
  const asked = limitOf(members)
  const wanted = wantedThinking(members, context)
  const budget = wanted?.thinking.budget_tokens
  if (!wanted || typeof budget !== 'number') return { maxTokens: asked, ...thinkingIn(wanted), ...configOf(wanted) }
  if (hasBareCalls || (asked !== undefined && asked <= LEAST_BUDGET)) {
    context.losses.add(wanted.name)
    return { maxTokens: asked, ...configOf(wanted) }
  }
  const maxTokens =
    asked ?? Math.max(Math.min(budget + ANSWER_TOKENS, context.facts.maxOutputTokens ?? Infinity), LEAST_BUDGET + 1)
  const thinking = { ...wanted.thinking, budget_tokens: Math.max(Math.min(budget, maxTokens - 1), LEAST_BUDGET) }
  return { maxTokens, thinking, ...configOf(wanted) }
}

/** Whether the model thinks in this call. Sampling and forced tools are refused beside it. */
export function isThinking({ thinking }: Thinking): boolean {
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive'
}

function limitOf(members: Members): number | undefined {
  const [completion, older] = [members.take('max_completion_tokens'), members.take('max_tokens')]
  const limit = completion ?? older
  return typeof limit === 'number' ? Math.max(Math.round(limit), 1) : undefined
}

/** The limit where the client sets none and the API wants one. */
export function mostTokens({ facts }: TranslationContext): number {
  return facts.maxOutputTokens ?? UNKNOWN_MAX_TOKENS
}

interface Wanted {
  /** The client's member, for the losses. */
  readonly name: string
  readonly thinking: Json
  readonly output_config?: Json
}

function wantedThinking(members: Members, context: TranslationContext): Wanted | undefined {
  const effort = effortOf(members.take('reasoning_effort'))
  const thinking = members.take('thinking')
  const config = members.take('output_config')
  const given = typeof config === 'object' ? { output_config: object(config) } : {}
  const name = effort === undefined ? 'thinking' : 'reasoning_effort'
  if (effort === 'none' || (effort === undefined && typeof thinking !== 'object')) {
    return 'output_config' in given ? { name: 'output_config', thinking: {}, ...given } : undefined
  }
  if (!thinks(context)) {
    if (object(thinking).type !== 'disabled') context.losses.add(name)
    return undefined
  }
  if (effort !== undefined) return { name, ...byEffort(effort, context), ...given }
  return { name, ...given, ...adapted(object(thinking), object(config), context) }
}

/** OpenAI's text, or the object of its Responses API. */
function effortOf(value: unknown): string | undefined {
  const effort = typeof value === 'object' ? object(value).effort : value
  return typeof effort === 'string' ? effort : undefined
}

/** Models since 3.7 think; the price map may not know the newest. */
function thinks({ facts, model }: TranslationContext): boolean {
  return (
    facts.supportsReasoning ??
    (facts.supportsAdaptiveThinking === true || /claude-(3-7|[a-z]+-([4-9]|\d\d))/.test(model))
  )
}

function byEffort(effort: string, context: TranslationContext): Omit<Wanted, 'name'> {
  const budget = BUDGETS[effort]
  if (budget === undefined) throw unknownEffort(effort)
  if (!context.facts.supportsAdaptiveThinking) return { thinking: { type: 'enabled', budget_tokens: budget } }
  // Without `display` the thinking that comes back is blank.
  return {
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: adaptiveEffort(effort, context) },
  }
}

function adaptiveEffort(effort: string, { facts, losses }: TranslationContext): string {
  if (effort === 'minimal') return 'low'
  const refused = effort === 'xhigh' ? !facts.supportsXhighReasoningEffort : facts.supportsMaxReasoningEffort === false
  if ((effort === 'xhigh' || effort === 'max') && refused) {
    losses.add('reasoning_effort')
    return 'high'
  }
  return effort
}

/** `thinking` as the client gave it, in the form that the model takes. */
function adapted(thinking: Json, config: Json, { facts }: TranslationContext): Omit<Wanted, 'name'> {
  if (thinking.type === 'adaptive' && !facts.supportsAdaptiveThinking) {
    return { thinking: { type: 'enabled', budget_tokens: BUDGETS.medium } }
  }
  if (thinking.type !== 'enabled' || !facts.supportsAdaptiveThinking || facts.supportsLegacyThinking) {
    return { thinking }
  }
  const { display, budget_tokens } = thinking
  return {
    thinking: defined({ type: 'adaptive', display: display === 'omitted' ? display : 'summarized' }),
    output_config: { effort: effortOfBudget(Number(budget_tokens) || 0), ...config },
  }
}

function effortOfBudget(tokens: number): string {
  return ['high', 'medium'].find((effort) => tokens >= (BUDGETS[effort] ?? 0)) ?? 'low'
}

function thinkingIn(wanted: Wanted | undefined) {
  return wanted && Object.keys(wanted.thinking).length > 0 ? { thinking: wanted.thinking } : {}
}

function configOf(wanted: Wanted | undefined) {
  return wanted?.output_config ? { output_config: wanted.output_config } : {}
}

function unknownEffort(effort: string): LiteLLMError {
  return new LiteLLMError('bad_request', {
    message: `The reasoning_effort '${effort}' is unknown. Use one of none, ${Object.keys(BUDGETS).join(', ')}.`,
    param: 'reasoning_effort',
  })
}

/**
 * Whether thinking that has a budget would be refused: the last answer called tools, and no answer shows what was thought
 * before.
 */
export function hasBareCalls(chat: readonly ChatMessage[]): boolean {
  const answers = chat.filter(({ role }) => role === 'assistant')
  const called = (answers.at(-1)?.tool_calls?.length ?? 0) > 0
  return called && !answers.some((message) => signedBlocks(message.thinking_blocks ?? []).length > 0)
}

/** Models since Claude 4.1 refuse `top_p` beside `temperature`. */
const TAKES_BOTH = /claude-(2|3|instant)|claude-(opus|sonnet)-4(@|-0$|-20|$)/

/** What the model takes of them. Beside thinking, Anthropic takes a temperature of 1 and a `top_p` of 0.95 or more. */
export function samplingOf(members: Members, thinks: boolean, { facts, model, losses }: TranslationContext): Json {
  const temperature = members.take('temperature')
  const top_p = members.take('top_p')
  const top_k = members.take('top_k')
  const isFree = facts.supportsSamplingParams !== false
  const taken = {
    // OpenAI's goes up to 2.
    temperature: (isFree && !thinks && Number(temperature) <= 1) || temperature === 1,
    top_p: isFree && (!thinks || Number(top_p) >= 0.95) && (temperature === undefined || TAKES_BOTH.test(model)),
    top_k: isFree && !thinks,
  }
  const given = defined({ temperature, top_p, top_k })
  for (const name of Object.keys(given)) if (!taken[name as keyof typeof taken]) losses.add(name)
  return Object.fromEntries(Object.entries(given).filter(([name]) => taken[name as keyof typeof taken]))
}
