import type { PastCalls } from '../admission/budgets/past-calls.ts'
import { type CountedTokens, type Estimate, UNKNOWN_ESTIMATE } from '../admission/facts/estimate.ts'
import { isFree } from '../admission/models/model-access.ts'
import type { Call, Deployment, Json, ModelPrice, PriceBook, VirtualKey } from '../types.ts'
import { preparedParams } from '../upstream/prepared-params.ts'
import { guessedInput } from '../usage/tokens/estimate.ts'
import { type OutputAsked, outputAsked } from '../usage/tokens/output-asked.ts'
import { guessedTokens } from '../usage/tokens/tokenizer.ts'

/** Output tokens of an answer that neither the request nor the price table limits. */
const DEFAULT_OUTPUT_TOKENS = 4_096
/** Call types whose answers have no output tokens that cost. */
const WITHOUT_OUTPUT: ReadonlySet<string> = new Set(['aembedding', 'arerank', 'amoderation'])

export interface EstimateOptions {
  /** The deployments that may serve this call, whose model group is no alias any more. */
  deploymentsOf(call: Call, key: VirtualKey): readonly Deployment[]
  /** Those that may serve it when these fail. Default: none. */
  fallbacksOf?(call: Call, key: VirtualKey): readonly Deployment[]
  readonly prices: PriceBook
  /** Which tokens count for limits. */
  readonly counted: CountedTokens
  /** What earlier calls have used. */
  readonly past: Pick<PastCalls, 'tokensOf'>
}

/**
 * What a call may cost and use at most, before it is made: its input by length, its output by its own limit or the
 * model's, at the dearest of the deployments that may serve it. Input that the body only refers to counts by what is
 * known of it, else as the whole context of the model. What has no price is estimated at nothing.
 */
export function createEstimate(options: EstimateOptions) {
  const { deploymentsOf, fallbacksOf = () => [], prices, counted, past } = options
  const unlike = createUnlike(prices)

  return function estimate(call: Call, key: VirtualKey): Estimate {
    const priced = pricedOf(unlike(deploymentsOf(call, key)))
    if (priced.length === 0) return UNKNOWN_ESTIMATE
    // An upload is not read by the token.
    const sent = call.form ? 0 : guessedTokens(call.body?.length ?? 0)
    const { previousResponseId, unknown } = inputElsewhereOf(call)
    const previous = previousResponseId === undefined ? 0 : past.tokensOf(previousResponseId)
    const seen = sent + (previous ?? 0)
    const isSeen = !unknown && previous !== undefined
    const most = priced.map(({ deployment, price }) => {
      const json = preparedParams(call, deployment)
      const input = isSeen ? seen : Math.max(seen, contextOf(price))
      const asked = outputAsked(json, call.shape)
      return { price, input, output: mostOutputOf(call, asked, price), answers: asked.answers }
    })
    const output = Math.max(...most.map(({ output }) => output))
    const costOf = (tokens: number) =>
      Math.max(...most.map(({ price, input, output }) => costAt(price, input, Math.min(tokens, output))))
    return {
      ...{ cost: costOf(output), costOf, output, input: seen },
      ...(call.json && !call.form && { saidInput: () => guessedInput(call.json ?? {}) }),
      tokens: { total: seen + output, input: seen, output }[counted],
      answers: Math.max(...most.map(({ answers }) => answers)),
      // Free is a call only if it is free wherever it may be served in the end.
      free: isFree(pricesOf(priced)) && isFree(pricesOf([...priced, ...pricedOf(fallbacksOf(call, key))])),
    }
  }

  function pricedOf(deployments: readonly Deployment[]): readonly Priced[] {
    return deployments.map((deployment) => ({ deployment, price: prices.find(deployment)?.price }))
  }
}

interface Priced {
  readonly deployment: Deployment
  readonly price: ModelPrice | undefined
}

function pricesOf(priced: readonly Priced[]) {
  return priced.map(({ price }) => price)
}

/**
 * Leaves of a list one deployment of each price and parameters: the others are estimated at the same. Of each list that is
 * done once, and again when the prices have changed: a group may have thousands of deployments.
 */
function createUnlike(prices: PriceBook): (deployments: readonly Deployment[]) => readonly Deployment[] {
  const known = new WeakMap<readonly Deployment[], { readonly basis: object; readonly found: readonly Deployment[] }>()
  return (deployments) => {
    const basis = deployments.length > 1 ? prices.basis?.() : undefined
    if (!basis) return deployments
    const last = known.get(deployments)
    if (last?.basis === basis) return last.found
    const byText = new Map<string, Deployment>()
    for (const deployment of deployments) {
      const text = JSON.stringify([prices.find(deployment)?.price, deployment.defaults, deployment.dropped])
      if (!byText.has(text)) byText.set(text, deployment)
    }
    const found = [...byText.values()]
    known.set(deployments, { basis, found })
    return found
  }
}

/**
 * The most output tokens that a call may be billed for, of all its answers. Where it is not limited for certain, the
 * model's own limit counts as well.
 */
function mostOutputOf(
  { callType }: Call,
  { limit, isLimited, answers }: OutputAsked,
  price: ModelPrice | undefined,
): number {
  if (WITHOUT_OUTPUT.has(callType)) return 0
  return Math.max(isLimited ? 0 : limitOfModel(price), limit) * answers
}

function limitOfModel(price: ModelPrice | undefined): number {
  const most = Math.ceil(Number(price?.max_output_tokens))
  return most > 0 && Number.isFinite(most) ? most : DEFAULT_OUTPUT_TOKENS
}

function costAt(price: ModelPrice | undefined, input: number, output: number): number {
  return price ? input * rate(price, 'input_cost_per_token') + output * rate(price, 'output_cost_per_token') : 0
}

function rate(price: ModelPrice, field: string): number {
  const value = Number(price[field] ?? 0)
  return Number.isFinite(value) && value > 0 ? value : 0
}

/** Input tokens of a model whose context the price table does not state. A guess: what most models of today take. */
const DEFAULT_CONTEXT_TOKENS = 128_000
/** Values of a request that are looked at; one with more is taken to refer to files. */
const MAX_NODES = 50_000
/** Members whose value names input that is stored elsewhere, in the spelling of `plain`. */
const REFERENCES: ReadonlySet<string> = new Set([
  ...['fileid', 'fileurl', 'fileuri', 's3location', 'cachedcontent', 'vectorstoreids'],
])

/** Input of a call that is not in its body. */
interface InputElsewhere {
  /** The response that a call continues. */
  readonly previousResponseId?: string
  /** There is more, of a size that nothing in the request tells: files, conversations, stored prompts, cached content. */
  readonly unknown: boolean
}

const NONE: InputElsewhere = { unknown: false }

/** What a call refers to and does not send. */
function inputElsewhereOf({ shape, json }: Call): InputElsewhere {
  if (!json) return NONE
  const { previous_response_id: previous, conversation, prompt } = json
  const isResponses = shape === 'openai-responses' || shape === 'openai-responses-compact'
  const isStored = isResponses && (conversation != null || (typeof prompt === 'object' && prompt !== null))
  return {
    previousResponseId: typeof previous === 'string' && previous !== '' ? previous : undefined,
    unknown: isStored || refersToFiles(json),
  }
}

/** The most input tokens that a model takes. */
function contextOf(price: ModelPrice | undefined): number {
  for (const tokens of [price?.max_input_tokens, price?.max_tokens]) {
    if (typeof tokens === 'number' && tokens > 0) return tokens
  }
  return DEFAULT_CONTEXT_TOKENS
}

function refersToFiles(json: Json): boolean {
  const open: unknown[] = [json]
  for (let looked = 0; open.length > 0; looked++) {
    if (looked > MAX_NODES) return true
    const node = open.pop()
    if (Array.isArray(node)) {
      for (const value of node) if (typeof value === 'object' && value !== null) open.push(value)
      continue
    }
    const members = node as Json
    if (isLinkedDocument(members)) return true
    for (const key in members) {
      const value = members[key]
      if (typeof value === 'object' && value !== null) open.push(value)
      if (isReference(key, value)) return true
    }
  }
  return false
}

function isReference(key: string, value: unknown): boolean {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return false
  if (key.length < 6 || key.length > 16) return false
  return (
    REFERENCES.has(key.replaceAll('_', '').toLowerCase()) && (typeof value === 'string' || typeof value === 'object')
  )
}

/** Anthropic's documents by address. */
function isLinkedDocument({ type, source }: Json): boolean {
  return type === 'document' && (source as Json | null | undefined)?.type === 'url'
}
