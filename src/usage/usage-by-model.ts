import type { OtherUsage, Usage } from '../types.ts'
import { addUsage } from './add-usage.ts'
import { usageOf } from './reader.ts'

/** `sofar` with one more usage, among its `others` by model. */
export function plusOfModel(sofar: Usage = usageOf({ raw: null }), { model, usage }: OtherUsage): Usage {
  const others = sofar.others ?? []
  const known = others.find((other) => other.model === model)
  const rest = others.filter((other) => other !== known)
  return {
    ...sofar,
    others: [...rest, { model, usage: known ? addUsage(known.usage, usage, Number.MAX_SAFE_INTEGER) : usage }],
  }
}
