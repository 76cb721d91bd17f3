import type { Model } from '../models/routing/model.ts'
import { modelFactsOf } from '../translation/model-facts.ts'
import { supportedParams } from '../translation/supported-params.ts'
import type { ModelPrice, PriceBook } from '../types.ts'

const ABILITIES = [
  'supports_parallel_function_calling',
  'supports_vision',
  'supports_web_search',
  'supports_url_context',
  'supports_reasoning',
  'supports_function_calling',
  'supports_fast_mode',
] as const

/** What is known of a model. What is named here is only what is read: anybody may have written it. */
export interface ModelFacts extends ModelPrice {
  readonly mode?: unknown
  readonly supported_openai_params?: unknown
}

export type Abilities = Readonly<Record<(typeof ABILITIES)[number], boolean>>

export interface ListedAbilities extends Partial<Abilities> {
  readonly mode?: string
  readonly max_input_tokens?: number
  readonly max_output_tokens?: number
  readonly supported_openai_params?: unknown
}

/** What the price list says of a model, its price, and above both what the configuration says. */
export function factsFor({ deployment, info }: Model, prices: PriceBook): ModelFacts {
  const found = prices.find(deployment)
  const entry = prices.describe?.(deployment)
  const known: ModelFacts = { ...entry, ...(found && { ...found.price, key: found.from.key }), ...info }
  const params = supportedParams(deployment, modelFactsOf(entry), known.mode)
  return { supported_openai_params: params, ...known }
}

/** What at least one of these can do, as in LiteLLM. */
export function abilitiesOf(facts: readonly ModelFacts[]): Partial<Abilities> {
  return Object.fromEntries(ABILITIES.map((field) => [field, facts.some((fact) => fact[field] === true)]))
}

/** The members of `GET /v1/models` that say what a model group is and can do; none where nothing is known of it. */
export function listedAbilities(models: readonly Model[], prices: PriceBook): ListedAbilities {
  const facts = models.map((model) => factsFor(model, prices))
  const mode = facts.map((fact) => fact.mode).find((found) => typeof found === 'string')
  if (mode === undefined) return {}
  const params = facts.map((fact) => fact.supported_openai_params).find(Array.isArray)
  const limits = ['max_input_tokens', 'max_output_tokens'].map((field) => [field, largest(facts, field)] as const)
  const known = Object.fromEntries(limits.filter(([, value]) => value !== null))
  return { mode, ...known, ...abilitiesOf(facts), supported_openai_params: params }
}

export function largest(facts: readonly ModelFacts[], field: string): number | null {
  const numbers = facts.map((fact) => fact[field]).filter((value) => typeof value === 'number')
  return numbers.length > 0 ? Math.max(...numbers) : null
}
