import type { ModelPrice, Usage } from '../types.ts'
import type { CostContext } from './cost-context.ts'
import { byField, NO_PARTS, type Parts } from './parts.ts'
import { rate } from './price-fields.ts'
import { tokenCost } from './token-cost.ts'

const TOKEN_FIELDS = [
  'input_cost_per_token',
  'output_cost_per_token',
  'input_cost_per_image_token',
  'output_cost_per_image_token',
]

/** Whose entries price the images that are read beside those that are made: a plain call only makes some. */
const BY_OUTPUT = /^(?:gemini|vertex_ai|bedrock|azure_ai|aiml|recraft)/

/** Images are billed by their tokens where the answer counts them and the price knows them; else by piece or by pixel. */
export function imageCost(usage: Usage, price: ModelPrice, context: CostContext): Parts {
  const counted = usage.promptTokens + usage.completionTokens > 0
  if (counted && TOKEN_FIELDS.some((field) => rate(price, field) !== undefined)) return tokenCost(usage, price, context)
  const images = usage.quantities.images ?? 1
  if (BY_OUTPUT.test(context.provider) && rate(price, 'output_cost_per_image')) {
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

const DEFAULT_PIXELS = 1024 * 1024

function pixels({ imageSize = '' }: Usage): number {
  const [, width, height] = /^(\d+)(?:x|-x-)(\d+)$/.exec(imageSize) ?? []
  return width && height ? Number(width) * Number(height) : DEFAULT_PIXELS
}
