import type { Json, Usage } from '../../types.ts'
import { object, quantity, text, type UsageReader, usageOf } from '../shapes/reader.ts'

/** What repeats an answer, or stops one. It was billed when it was made: what it says about usage is not its own. */
export const fetched: UsageReader = {
  shape: 'fetched',
  callType: 'pass_through_endpoint',
  match: () => undefined,
  hints: [],
  usesNothing: () => true,
  read: (_, sofar) => sofar,
}

const KEPT = /\/(?:responses|chat\/completions|batches|videos|files|threads|fine_tuning)(?:\/|$)/

/** What a batch costs is known in one of these. Batches that were stopped are billed for what was done by then. */
const FINAL = new Set(['completed', 'failed', 'expired', 'cancelled'])
/** `*_at`, in order of what they say about the end. Seconds since 1970. */
const ENDS = ['completed_at', 'failed_at', 'expired_at', 'cancelled_at', 'created_at']
/** By then the row that says it was charged may have been deleted. */
const MAX_AGE_MS = 30 * 24 * 3_600_000

/** In `raw`, of a usage that is only in this file. */
export const RESULTS_FILE = 'output_file_id'

/** GET /batches/{id}: of a batch that is done, the usage of all its requests, or the file that tells it. */
export function polledBatchOf(now: () => number): UsageReader {
  return {
    ...fetched,
    shape: 'fetched-batch',
    read(document, sofar) {
      if (document.object !== 'batch' || !FINAL.has(String(document.status)) || isOld(document, now())) return sofar
      const found = batchUsage(object(document.usage))
      if (found.promptTokens + found.completionTokens > 0) return found
      // Not all providers count, and counts may come later than the status.
      const file = text(document.output_file_id)
      return file === undefined ? sofar : usageOf({ raw: { [RESULTS_FILE]: file } })
    },
  }
}

/** A batch may have more tokens than any call: the limit of `count` is not its. LiteLLM adds the chat names, at 0. */
function batchUsage(raw: Json): Usage {
  const promptTokens = whole(raw.input_tokens ?? raw.prompt_tokens)
  const completionTokens = whole(raw.output_tokens ?? raw.completion_tokens)
  const input = object(raw.input_tokens_details ?? raw.prompt_tokens_details)
  const output = object(raw.output_tokens_details ?? raw.completion_tokens_details)
  return usageOf({
    promptTokens,
    completionTokens,
    cacheReadTokens: Math.min(whole(input.cached_tokens), promptTokens),
    reasoningTokens: Math.min(whole(output.reasoning_tokens), completionTokens),
    raw,
  })
}

function whole(value: unknown): number {
  return Math.min(Math.round(quantity(value)), Number.MAX_SAFE_INTEGER)
}

function isOld(document: Json, now: number): boolean {
  const ended = ENDS.map((name) => quantity(document[name])).find((seconds) => seconds > 0)
  return ended !== undefined && ended * 1000 < now - MAX_AGE_MS
}

/** Whether a request only fetches, deletes or cancels what an LLM API keeps. */
export function isFetch(method: string, path: string): boolean {
  return method === 'POST' ? path.endsWith('/cancel') : KEPT.test(path)
}
