import type { ModelPrice, Usage } from '../types.ts'
import { batchCost } from './batch-cost.ts'
import type { CostContext } from './cost-context.ts'
import { imageCost } from './image-cost.ts'
import { ZERO } from './money.ts'
import { byField, NO_PARTS, type Parts } from './parts.ts'
import { perplexityCost } from './perplexity-cost.ts'
import { rate } from './price-fields.ts'
import { tokenCost } from './token-cost.ts'
import { wallClockCost } from './wall-clock-cost.ts'

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

const BY_PROVIDER: Readonly<Record<string, Calculator>> = {
  perplexity: perplexityCost,
  xai: xaiCost,
  dashscope: dashscopeCost,
  qwencloud: dashscopeCost,
  qwen_ai_platform: dashscopeCost,
}

/** What a call costs before tools, by the rules of its kind. */
export const callCost: Calculator = (usage, price, context) => {
  const calculator = BY_CALL_TYPE[context.callType]
  if (calculator) return calculator(usage, price, context)
  return wallClockCost(price, context) ?? (BY_PROVIDER[context.provider] ?? tokenCost)(usage, price, context)
}

function speechCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  // Google's Lyria: by the piece of music, which LiteLLM's map holds as if it were an image.
  const music = context.provider.startsWith('vertex_ai') ? byField(price, 'output_cost_per_image', 1) : ZERO
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
