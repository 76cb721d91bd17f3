import type { NowOrLater } from '../now-or-later.ts'
import type { Json, Usage, UsageSource } from '../types.ts'
import { type CountTokens, countTokens } from './count-tokens.ts'
import { usageOf } from './reader.ts'
import type { Reading } from './reading.ts'
import { requestText } from './request-text.ts'

/** OpenAI's chat format adds this many tokens to each message, and to the answer's beginning. */
const TOKENS_PER_MESSAGE = 3
/** What LiteLLM takes an image for when it does not know its size. */
const TOKENS_PER_IMAGE = 250

export interface SettledUsage {
  readonly usage?: Usage
  readonly usageSource: UsageSource
}

/**
 * The usage to bill for an answer: as the provider reported it; else, where a model has answered without a final
 * report (cut off, or a server that states none), counted from the request and the text that was relayed.
 */
export function settleUsage(
  reading: Reading,
  request: Json | undefined,
  count: CountTokens = countTokens,
): NowOrLater<SettledUsage> {
  const { usage, source } = reading
  return isCountable(reading) ? countUsage(reading, request, count) : { usage, usageSource: source }
}

async function countUsage(reading: Reading, request: Json | undefined, count: CountTokens): Promise<SettledUsage> {
  const { usage, source } = reading
  const completionTokens = await outputTokens(reading, count)
  const promptTokens = usage?.promptTokens || (request ? await inputTokens(request, count) : 0)
  if (promptTokens + completionTokens === 0) return { usage, usageSource: source }
  // What a provider has said before the end is less than the truth, never more.
  const known = usage ?? usageOf({ raw: null })
  const counted = { ...known, promptTokens, completionTokens: Math.max(known.completionTokens, completionTokens) }
  return { usage: counted, usageSource: 'estimated' }
}

/** Nothing has to be counted: the answer says it all. */
export function isSettled({ source, usage }: Reading): boolean {
  if (source === 'estimated') return true
  // Ollama leaves the input out where it still had it in memory.
  const lacksInput = usage !== undefined && usage.promptTokens === 0 && usage.completionTokens > 0
  return source === 'reported' && !lacksInput
}

/** Something was generated; or the answer is whole, successful, and silent about usage. */
function isCountable(reading: Reading): boolean {
  const { source, relayed, complete, error } = reading
  if (isSettled(reading)) return false
  if (source === 'reported' || (relayed?.totalBytes ?? 0) > 0) return true
  return source === 'none' && complete && error === undefined
}

async function outputTokens({ relayed }: Reading, count: CountTokens): Promise<number> {
  if (!relayed || relayed.keptBytes === 0) return 0
  return Math.ceil((await count(relayed.text)) * (relayed.totalBytes / relayed.keptBytes))
}

async function inputTokens(request: Json, count: CountTokens): Promise<number> {
  const { text, messages, images } = requestText(request)
  const framing = messages > 0 ? (messages + 1) * TOKENS_PER_MESSAGE : 0
  return (await count(text)) + framing + images * TOKENS_PER_IMAGE
}
