import type { Call } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { type SettledUsage, settleUsage } from '../usage/estimate.ts'
import { fetched } from '../usage/fetched.ts'
import type { Reading } from '../usage/reading.ts'

/** Shapes of answers that no model is known to have made. */
const NO_MODELS: ReadonlySet<string> = new Set([anyShape.shape, fetched.shape])

/** What is billed for the answer of a call. Where no model is known to have answered, nothing is estimated. */
export async function settledUsageOf(call: Call | undefined, reading: Reading): Promise<SettledUsage> {
  if (call && NO_MODELS.has(call.shape)) return { usage: reading.usage, usageSource: reading.source }
  return settleUsage(reading, call?.json)
}
