import { oncePer } from '../once-per.ts'
import type { ModelPrice } from '../types.ts'
import type { CostContext } from './cost-context.ts'
import { NO_PARTS, type Parts, perUnit } from './parts.ts'
import { firstRate, rate } from './price-fields.ts'

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

/** The cost of a model that is billed by the time it runs; `undefined` for all that have a price per token. */
export function wallClockCost(price: ModelPrice, { durationMs = 0 }: CostContext): Parts | undefined {
  const { perSecond } = wallClockOf(price)
  return perSecond === undefined
    ? undefined
    : { ...NO_PARTS, input: perUnit(perSecond, Math.max(durationMs, 0) / 1000) }
}

const wallClockOf = oncePer((price: ModelPrice): { readonly perSecond?: number } => {
  const perSecond = firstRate(price, FIELDS)
  return perSecond === undefined || !MODES.includes(price.mode) || hasTokenPrice(price) ? {} : { perSecond }
})

function hasTokenPrice(price: ModelPrice): boolean {
  return Boolean(
    rate(price, 'input_cost_per_token') || rate(price, 'output_cost_per_token') || price.tiered_pricing != null,
  )
}
