import { memoizeByObject } from '../../lib/memoize.ts'
import type { BillingFamily } from '../../models/providers/provider.ts'
import { billingOf } from '../../models/providers/providers.ts'
import type { ModelPrice, Usage } from '../../types.ts'
import { batchCost } from './batch-cost.ts'
import type { CostContext } from './cost-context.ts'
import { ZERO } from './money.ts'
import { byField, NO_PARTS, type Parts, perUnit } from './parts.ts'
import { firstRate, rate, searchRate } from './price-fields.ts'
import { tokenCost } from './token-cost.ts'
import { tokenRates } from './token-rates.ts'

const FIELDS = ['cost_per_second', 'input_cost_per_second', 'output_cost_per_second']

const MODES: readonly unknown[] = [
  undefined,
  null,
  'audio_transcription',
  'chat',
  'completion',
  'embedding',
  'responses',
]

const wallClockOf = memoizeByObject((price: ModelPrice): { readonly perSecond?: number } => {
  const perSecond = firstRate(price, FIELDS)
  return perSecond === undefined || !MODES.includes(price.mode) || hasTokenPrice(price) ? {} : { perSecond }
})

const TOKEN_FIELDS = [
  'input_cost_per_token',
  'output_cost_per_token',
  'input_cost_per_image_token',
  'output_cost_per_image_token',
]

/** Whose entries price the images that are read beside those that are made: a plain call only makes some. */
const BY_OUTPUT: ReadonlySet<BillingFamily> = new Set(['gemini', 'vertex_ai', 'bedrock', 'azure_ai', 'aiml', 'recraft'])

const DEFAULT_PIXELS = 1024 * 1024

type Calculator = (usage: Usage, price: ModelPrice, context: CostContext) => Parts

const nothing: Calculator = () => NO_PARTS

/** How calls are billed that are not billed by their tokens alone. */
const BY_CALL_TYPE: Readonly<Record<string, Calculator>> = {
  aspeech: speechCost,
  atranscription: transcriptionCost,
  aimage_generation: imageCost,
  aimage_edit: imageCost,
  acreate_video: videoCost,
  arerank: rerankCost,
  aocr: ocrCost,
  aretrieve_batch: batchCost,
  acreate_batch: nothing,
  amoderation: nothing,
}

const BY_FAMILY: Readonly<Partial<Record<BillingFamily, Calculator>>> = {
  perplexity: perplexityCost,
  xai: xaiCost,
  dashscope: dashscopeCost,
}

/** What a call costs before tools, by the rules of its kind. */
export const callCost: Calculator = (usage, price, context) => {
  const calculator = BY_CALL_TYPE[context.callType]
  if (calculator) return calculator(usage, price, context)
  return (
    wallClockCost(price, context) ?? (BY_FAMILY[billingOf(context.provider).family] ?? tokenCost)(usage, price, context)
  )
}

function speechCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  // Google's Lyria: by the piece of music, which LiteLLM's map holds as if it were an image.
  const isVertex = billingOf(context.provider).family === 'vertex_ai'
  const music = isVertex ? byField(price, 'output_cost_per_image', 1) : ZERO
  if (music > ZERO) return { ...NO_PARTS, output: music }
  if (!rate(price, 'input_cost_per_character')) return tokenCost(usage, price, context)
  return { ...NO_PARTS, input: byField(price, 'input_cost_per_character', usage.quantities.characters) }
}

function transcriptionCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  if (usage.promptTokens > 0 || usage.completionTokens > 0) return tokenCost(usage, price, context)
  const { seconds } = usage.quantities
  const output = byField(price, 'output_cost_per_second', seconds)
  return output > 0n
    ? { ...NO_PARTS, output }
    : { ...NO_PARTS, input: byField(price, 'input_cost_per_second', seconds) }
}

function videoCost(usage: Usage, price: ModelPrice): Parts {
  const bySecond = rate(price, 'output_cost_per_video_per_second') === undefined
  const field = bySecond ? 'output_cost_per_second' : 'output_cost_per_video_per_second'
  return { ...NO_PARTS, output: byField(price, field, usage.quantities.seconds) }
}

/** Cohere bills searches, Jina and Voyage tokens. */
function rerankCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  if (rate(price, 'input_cost_per_query') === undefined) return tokenCost(usage, price, context)
  return { ...NO_PARTS, input: byField(price, 'input_cost_per_query', usage.quantities.searchUnits) }
}

function ocrCost({ quantities }: Usage, price: ModelPrice): Parts {
  const pages = byField(price, 'ocr_cost_per_page', quantities.pages)
  return { ...NO_PARTS, input: pages + byField(price, 'annotation_cost_per_page', quantities.annotatedPages) }
}

/** xAI bills reasoning as completion, whatever else an entry says. */
function xaiCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  return tokenCost({ ...usage, reasoningTokens: 0, completionDetails: {} }, price, context)
}

/** Alibaba bills text alone, and counts what its cache did as input even where its total leaves that out. */
function dashscopeCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  const { cacheReadTokens, cacheWriteTokens } = usage
  return tokenCost(
    {
      ...usage,
      promptTokens: Math.max(usage.promptTokens, cacheReadTokens + cacheWriteTokens),
      cacheWrite1hTokens: 0,
      cacheWrite5mTokens: cacheWriteTokens,
      promptDetails: {},
      completionDetails: {},
      cacheReadDetails: undefined,
    },
    price,
    context,
  )
}

/** Images are billed by their tokens where the answer counts them and the price knows them; else by piece or by pixel. */
function imageCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  const counted = usage.promptTokens + usage.completionTokens > 0
  if (counted && TOKEN_FIELDS.some((field) => rate(price, field) !== undefined)) return tokenCost(usage, price, context)
  const images = usage.quantities.images ?? 1
  if (BY_OUTPUT.has(billingOf(context.provider).family) && rate(price, 'output_cost_per_image')) {
    return { ...NO_PARTS, output: byField(price, 'output_cost_per_image', images) }
  }
  const units = {
    input_cost_per_image: images,
    output_cost_per_image: images,
    input_cost_per_pixel: pixels(usage) * images,
  }
  const [field, count] = Object.entries(units).find(([name]) => rate(price, name) !== undefined) ?? []
  return field === undefined ? NO_PARTS : { ...NO_PARTS, output: byField(price, field, count) }
}

function pixels({ imageSize = '' }: Usage): number {
  const [, width, height] = /^(\d+)(?:x|-x-)(\d+)$/.exec(imageSize) ?? []
  return width && height ? Number(width) * Number(height) : DEFAULT_PIXELS
}

/** Perplexity bills the tokens of cited sources as input and each search as output; it has no cache. */
function perplexityCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  const { input, output } = tokenRates(price, 0, context)
  const { citationTokens, webSearches } = usage.quantities
  const reasoningRate = rate(price, 'output_cost_per_reasoning_token') ?? output
  const reasoning = perUnit(reasoningRate, usage.reasoningTokens)
  const searches = perUnit(searchRate(price, 'low'), webSearches)
  return {
    ...NO_PARTS,
    input: perUnit(input, usage.promptTokens) + byField(price, 'citation_cost_per_token', citationTokens),
    output: perUnit(output, usage.completionTokens - usage.reasoningTokens) + reasoning + searches,
    reasoning,
  }
}

/** The cost of a model that is billed by the time it runs; `undefined` for all that have a price per token. */
function wallClockCost(price: ModelPrice, { durationMs = 0 }: CostContext): Parts | undefined {
  const { perSecond } = wallClockOf(price)
  return perSecond === undefined
    ? undefined
    : { ...NO_PARTS, input: perUnit(perSecond, Math.max(durationMs, 0) / 1000) }
}

function hasTokenPrice(price: ModelPrice): boolean {
  return Boolean(
    rate(price, 'input_cost_per_token') || rate(price, 'output_cost_per_token') || price.tiered_pricing != null,
  )
}
