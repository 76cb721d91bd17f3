import { object, text } from '../../lib/json.ts'
import { billingOf, factsOf } from '../../models/providers/providers.ts'
import type { Call, Cost, Deployment, FoundPrice, PriceBook, PriceSource, Usage } from '../../types.ts'
import { costOf, statedCostOf } from './cost.ts'
import { type CostContext, locationOf, type Margin } from './cost-context.ts'
import { type Money, money, sum } from './money.ts'

/** One finished call, as far as its cost depends on it. */
export interface PriceableCall {
  readonly call: Pick<Call, 'callType' | 'json'>
  readonly deployment: Deployment
  readonly usage: Usage
  /** The model the provider says it used. */
  readonly responseModel?: string
  readonly startedAt: Date
  readonly endedAt: Date
}

/** LiteLLM's `cost_discount_config` and `cost_margin_config`, by provider; "global" is a margin for all others. */
export interface CostSettings {
  readonly discounts?: Readonly<Record<string, number>>
  readonly margins?: Readonly<Record<string, number | Margin>>
  /**
   * Charge what a provider states as its bill, where it is one that is known to do so. Default: only keep it, but for the
   * bill of another LiteLLM gateway.
   */
  readonly believeStated?: boolean
}

/** What a call costs and where its price came from. Neither, when the price is not known. */
export interface PricedCall {
  readonly cost?: Cost
  readonly priceSource?: PriceSource
}

/** Calls that cost nothing with every provider. */
const FREE = new Set(['amoderation', 'acreate_batch', 'acreate_file'])

/**
 * Prices one call: the bill of another LiteLLM gateway, else the deployment's own price, else the provider's own bill where
 * `believeStated` says so, else the best price the book has.
 */
export function priceCall(priced: PriceableCall, book: PriceBook, settings: CostSettings = {}): PricedCall {
  const billed = gatewaysBill(priced)
  if (billed) return billed
  const usage = withRequestedImage(priced)
  const found = book.find(priced.deployment, {
    responseModel: priced.responseModel,
    variants: variantsOf(priced.call.callType, usage),
  })
  const context = contextOf(priced, settings)
  const stated = believes(settings, priced.deployment) ? usage.statedCost : undefined
  if (stated !== undefined && found?.from.source !== 'deployment') {
    return { cost: statedCostOf(stated, context), priceSource: { source: 'upstream', key: context.provider } }
  }
  return bill(usage, found, context, othersCost(priced, book, found, context))
}

/** As in LiteLLM: it comes before every price, and neither discount nor margin is taken of it. */
function gatewaysBill(priced: PriceableCall): PricedCall | undefined {
  const { usage, deployment } = priced
  const { provider } = deployment
  if (!factsOf(provider).isGateway || !usage.statedByGateway || usage.statedCost === undefined) return undefined
  return {
    cost: statedCostOf(usage.statedCost, contextOf(priced, {})),
    priceSource: { source: 'upstream', key: provider },
  }
}

/** Whether a call can be priced once it is made, as far as that can be known before. */
export function isPriceable(
  { call, deployment }: Pick<PriceableCall, 'call' | 'deployment'>,
  book: PriceBook,
  settings: CostSettings = {},
): boolean {
  const { callType } = call
  if (FREE.has(callType) || believes(settings, deployment)) return true
  const usage = { ...requestedImage(call), promptTokens: 0, completionTokens: 0 }
  return book.find(deployment, { variants: variantsOf(callType, usage) }) !== undefined
}

function believes({ believeStated = false }: CostSettings, { provider }: Deployment): boolean {
  return believeStated && billingOf(provider).statesCost
}

/** Each at its own model's price, or at the price of the call where that is not known. */
function othersCost(
  { usage, deployment }: PriceableCall,
  book: PriceBook,
  found: FoundPrice | undefined,
  context: CostContext,
): Money {
  const plain = { ...context, discount: undefined, margin: undefined }
  const costs = (usage.others ?? []).map(({ model, usage: other, callType = plain.callType }) => {
    const own = book.find({ ...deployment, model, baseModel: undefined, price: undefined }, {})
    return money(costOf(other, (own ?? found)?.price ?? {}, { ...plain, callType }).total)
  })
  return sum(costs)
}

function bill(usage: Usage, found: FoundPrice | undefined, context: CostContext, others: Money): PricedCall {
  if (found) return { cost: costOf(usage, found.price, context, others), priceSource: found.from }
  return FREE.has(context.callType) ? { cost: costOf(usage, {}, context) } : {}
}

function contextOf({ call, deployment, startedAt, endedAt }: PriceableCall, settings: CostSettings): CostContext {
  const { provider } = deployment
  const margin = settings.margins?.[provider] ?? settings.margins?.global
  return {
    provider,
    callType: call.callType,
    startedAt,
    durationMs: endedAt.getTime() - startedAt.getTime(),
    location: locationOf(deployment),
    serviceTier: text(call.json?.service_tier),
    searchContextSize: searchContextOf(call.json),
    discount: settings.discounts?.[provider],
    margin: typeof margin === 'number' ? { percentage: margin } : margin,
  }
}

/** Chat names it in `web_search_options`, the Responses API in the tool. */
function searchContextOf(json: Call['json'] = {}): string | undefined {
  const tools = Array.isArray(json.tools) ? json.tools : []
  const options = [json.web_search_options, ...tools.filter((tool) => /^web_search/.test(text(tool?.type) ?? ''))]
  return options.map((option) => text(object(option).search_context_size)).find(Boolean)
}

const IMAGE_CALLS = new Set(['aimage_generation', 'aimage_edit'])
const DEFAULT_SIZE = '1024x1024'

/** What the answer does not say about its images, the request does. */
function withRequestedImage({ call, usage }: PriceableCall): Usage {
  if (!IMAGE_CALLS.has(call.callType)) return usage
  const { imageSize, imageQuality } = requestedImage(call)
  return { ...usage, imageSize: usage.imageSize ?? imageSize, imageQuality: usage.imageQuality ?? imageQuality }
}

function requestedImage({ json }: PriceableCall['call']): Pick<Usage, 'imageSize' | 'imageQuality'> {
  return { imageSize: sizeOf(json?.size), imageQuality: text(json?.quality) }
}

function sizeOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d+x\d+$/.test(value) ? value : undefined
}

/** Entries like "hd/1024-x-1792/dall-e-3" price images by the piece; images that come with tokens are not. */
function variantsOf(
  callType: string,
  usage: Pick<Usage, 'imageSize' | 'imageQuality' | 'promptTokens' | 'completionTokens'>,
): readonly string[] {
  if (!IMAGE_CALLS.has(callType) || usage.promptTokens + usage.completionTokens > 0) return []
  const size = (usage.imageSize ?? DEFAULT_SIZE).replace('x', '-x-')
  return [`${usage.imageQuality ?? 'standard'}/${size}`, size, `high/${size}`]
}

/** How calls are charged, beyond the prices themselves. */
export interface ChargeSettings extends CostSettings {
  /**
   * Calls without a known price. `allow`: they are made, and their row says that the cost is not known. `flag`: the
   * event `call:unpriced` reports them as well. `block`: they are refused before they are made.
   */
  readonly unpricedModels: 'allow' | 'flag' | 'block'
}
