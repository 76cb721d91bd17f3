import type { CountedTokens } from '../auth/counted-tokens.ts'
import { type Estimate, UNKNOWN_ESTIMATE } from '../auth/estimate.ts'
import { isFree } from '../auth/free-model.ts'
import { resolveModelAlias } from '../auth/model-alias.ts'
import type { Call, Deployment, Json, ModelPrice, PriceBook, VirtualKey } from '../types.ts'

/** Four bytes of a request are about one token. */
const BYTES_PER_TOKEN = 4
/** What an answer may have when neither the request nor the model bounds it. */
const DEFAULT_OUTPUT_TOKENS = 4_096
/** Members of a request that bound its answer, in the words of the API shapes, and the objects they may stand in. */
const OUTPUT_LIMITS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'max_tokens_to_sample']
const NESTED_LIMITS = [
  ['generationConfig', 'maxOutputTokens'],
  ['inferenceConfig', 'maxTokens'],
  ['options', 'num_predict'],
] as const
/** Of calls with these types the answer is not made of tokens that cost. */
const WITHOUT_OUTPUT: ReadonlySet<string> = new Set(['aembedding', 'arerank', 'amoderation'])

export interface EstimateOptions {
  /** Whoever may serve this call, whose model group is no alias any more. */
  deploymentsOf(call: Call, key: VirtualKey): readonly Deployment[]
  /** Whoever may serve it when these fail. Default: nobody. */
  fallbacksOf?(call: Call): readonly Deployment[]
  readonly prices: PriceBook
  /** Which tokens count for limits. */
  readonly counted: CountedTokens
}

/**
 * What a call may cost and use at most, before it is made: its input by length, its output by its own limit or the
 * model's, at the dearest of the deployments that may serve it. What has no price is estimated at nothing.
 */
export function createEstimate({ deploymentsOf, fallbacksOf = () => [], prices, counted }: EstimateOptions) {
  return function estimate(call: Call, key: VirtualKey): Estimate {
    const modelGroup = resolveModelAlias(key, call.modelGroup)
    const meant = modelGroup === call.modelGroup ? call : { ...call, modelGroup }
    const known = pricesOf(deploymentsOf(meant, key))
    if (known.length === 0) return UNKNOWN_ESTIMATE
    // An upload is not read by the token.
    const input = call.form ? 0 : Math.ceil((call.body?.length ?? 0) / BYTES_PER_TOKEN)
    const outputs = known.map((price) => outputLimit(call, price))
    const costs = known.map((price, index) => costOf(price, input, outputs[index]!))
    const output = Math.max(...outputs)
    const tokens = { total: input + output, input, output }[counted]
    // Free is a call only if it is whoever serves it in the end.
    const free = isFree(known) && isFree([...known, ...pricesOf(fallbacksOf(meant))])
    return { cost: Math.max(...costs), tokens, input, output, free }
  }

  function pricesOf(deployments: readonly Deployment[]) {
    return deployments.map((deployment) => prices.find(deployment)?.price)
  }
}

function costOf(price: ModelPrice | undefined, input: number, output: number): number {
  return price ? input * rate(price, 'input_cost_per_token') + output * rate(price, 'output_cost_per_token') : 0
}

function outputLimit({ callType, json = {} }: Call, price: ModelPrice | undefined): number {
  if (WITHOUT_OUTPUT.has(callType)) return 0
  return Math.ceil(statedLimit(json, price) ?? DEFAULT_OUTPUT_TOKENS) * (isCount(json.n) ? Math.ceil(json.n) : 1)
}

function statedLimit(json: Json, price: ModelPrice | undefined): number | undefined {
  for (const name of OUTPUT_LIMITS) {
    const limit = json[name]
    if (isCount(limit)) return limit
  }
  for (const [object, name] of NESTED_LIMITS) {
    const limit = (json[object] as Json | null | undefined)?.[name]
    if (isCount(limit)) return limit
  }
  return isCount(price?.max_output_tokens) ? price.max_output_tokens : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function rate(price: ModelPrice, field: string): number {
  const value = Number(price[field] ?? 0)
  return Number.isFinite(value) && value > 0 ? value : 0
}
