import { factsOf } from '../../models/providers/providers.ts'
import type { ModelFacts, TranslationContext } from '../translation.ts'

/*
 * What OpenAI's own models take, and what of that the providers take that copied its API.
 */

type Model = Pick<TranslationContext, 'provider' | 'model' | 'facts' | 'losses'>

/** Models of OpenAI that reason before they answer. */
export function isOpenaiReasoner({ provider, model, facts }: Omit<Model, 'losses'>): boolean {
  if (!factsOf(provider).dialect.isOpenai || /chat-latest/.test(model)) return false
  return facts.supportsReasoning === true || /^(o\d|gpt-5|codex)/.test(model)
}

/** What `reasoning_effort` becomes. The first line that knows the model decides; `undefined`: nothing is sent. */
const EFFORTS: readonly (readonly [models: RegExp, efforts: Readonly<Record<string, string | undefined>>])[] = [
  [/^gpt-5\.([2-9]|\d\d)|^gpt-5\.\d-codex-max/, { minimal: 'low', max: 'xhigh' }],
  [/^gpt-5\.1/, { minimal: 'low', xhigh: 'high', max: 'high' }],
  [/^gpt-5/, { none: 'minimal', xhigh: 'high', max: 'high' }],
  [/^(o\d|codex)/, { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' }],
]

/** For copies, nothing turns reasoning off everywhere: they are asked for nothing then. */
const EFFORTS_OF_COPIES = { none: undefined, xhigh: 'high', max: 'high' }

/** The effort that the model takes. For one that does not reason it is lost, unless it was to be off. */
export function effortFor(effort: string | undefined, model: Model): string | undefined {
  if (effort === undefined || effort === '') return undefined
  if (lacksReasoning(model.facts)) {
    if (effort !== 'none') model.losses.add('reasoning_effort')
    return undefined
  }
  if (effort === 'xhigh' && model.facts.supportsXhighReasoningEffort) return effort
  const { isOpenai } = factsOf(model.provider).dialect
  const known = isOpenai ? EFFORTS.find(([models]) => models.test(model.model))?.[1] : EFFORTS_OF_COPIES
  return known && effort in known ? known[effort as keyof typeof known] : effort
}

/** The map knows the model, and does not call it a reasoning model. */
function lacksReasoning({ supportsReasoning, maxOutputTokens }: ModelFacts): boolean {
  return supportsReasoning === undefined ? maxOutputTokens !== undefined : !supportsReasoning
}

/** OpenAI's reasoning models take no other sampling than their own, unless they do not reason. */
export function refusesSampling(effort: string | undefined, model: Model): boolean {
  return isOpenaiReasoner(model) && effort !== 'none'
}

/** OpenAI refuses longer names of users. */
const MAX_USER = 64

export function userFor(user: string | undefined): string | undefined {
  return user?.slice(0, MAX_USER)
}
