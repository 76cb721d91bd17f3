import type { ModelPrice, Usage } from '../../types.ts'
import type { CostContext } from './cost-context.ts'
import { type Money, sum } from './money.ts'
import { NO_PARTS, type Parts, perUnit } from './parts.ts'
import { rate, ratesOver } from './price-fields.ts'

/** Batched work has prices of its own (`*_batches`); without them it costs half of the normal ones. */
export function batchCost(usage: Usage, price: ModelPrice, { provider }: CostContext): Parts {
  const batched = (field: string) => ratesOver(price, field, usage.promptTokens, provider, undefined, '_batches')
  const input = batched('input_cost_per_token')
  const parts = input === undefined ? halfInput(usage, price) : batchedInput(usage, price, input, batched)
  return { ...NO_PARTS, ...parts, output: output(usage, price, batched('output_cost_per_token')) }
}

type Batched = (field: string) => number | undefined

/** Where the cache has no batch price, cached tokens are ordinary batch input. */
function batchedInput(usage: Usage, price: ModelPrice, input: number, batched: Batched) {
  const { audio = 0, image = 0, video = 0 } = usage.promptDetails
  const readRate = batched('cache_read_input_token_cost')
  const writeRate = batched('cache_creation_input_token_cost')
  const read = readRate === undefined ? 0 : usage.cacheReadTokens
  const written = writeRate === undefined ? 0 : usage.cacheWriteTokens
  const text = Math.max(usage.promptTokens - audio - image - video - read - written, 0)
  const own = (name: string) => rate(price, `input_cost_per_${name}_token_batches`) ?? input
  const cacheRead = perUnit(readRate, read)
  const cacheWrite = perUnit(writeRate, written)
  return {
    cacheRead,
    cacheWrite,
    input: sum([
      perUnit(input, text),
      perUnit(own('audio'), audio),
      perUnit(own('image'), image),
      perUnit(own('video'), video),
      cacheRead,
      cacheWrite,
    ]),
  }
}

function halfInput(usage: Usage, price: ModelPrice) {
  const input = rate(price, 'input_cost_per_token')
  if (!input) return {}
  const fresh = Math.max(usage.promptTokens - usage.cacheReadTokens - usage.cacheWriteTokens, 0)
  const cacheRead = half(perUnit(rate(price, 'cache_read_input_token_cost'), usage.cacheReadTokens))
  const cacheWrite = half(perUnit(rate(price, 'cache_creation_input_token_cost') || input, usage.cacheWriteTokens))
  return { cacheRead, cacheWrite, input: half(perUnit(input, fresh)) + cacheRead + cacheWrite }
}

function output(usage: Usage, price: ModelPrice, textRate: number | undefined): Money {
  const image = Math.min(usage.completionDetails.image ?? 0, usage.completionTokens)
  const text = (rateOf: number | undefined, field: string, tokens: number) => {
    const standard = rate(price, field)
    return rateOf !== undefined || standard === undefined ? perUnit(rateOf, tokens) : half(perUnit(standard, tokens))
  }
  const ownImage = rate(price, 'output_cost_per_image_token_batches')
  const known = ownImage !== undefined || rate(price, 'output_cost_per_image_token') !== undefined
  return (
    text(textRate, 'output_cost_per_token', usage.completionTokens - image) +
    (known ? text(ownImage, 'output_cost_per_image_token', image) : text(textRate, 'output_cost_per_token', image))
  )
}

function half(amount: Money): Money {
  return amount / 2n
}
