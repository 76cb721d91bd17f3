import type { Json, UntoldUsage, Usage, UsageDoubt } from '../../types.ts'
import { count, object, quantity, text, type UsageReader, usageOf } from '../shapes/reader.ts'

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

/** In `raw`, of a usage that is only in these files. */
const OUTPUT_FILE = 'output_file_id'
const INPUT_FILE = 'input_file_id'

/** GET /batches/{id}: of a batch that is done, the usage of all its requests, or the files that tell it. */
export function polledBatchOf(now: () => number): UsageReader {
  return {
    ...fetched,
    shape: 'fetched-batch',
    read(document, sofar) {
      if (document.object !== 'batch' || !FINAL.has(String(document.status)) || isOld(document, now())) return sofar
      const found = batchUsage(object(document.usage))
      const doubts = doubtsOf(found, count(object(document.request_counts).total))
      const isTold = found.promptTokens + found.completionTokens > 0
      if (isTold && doubts.length === 0) return found
      // Not all providers count, and counts may come later than the status.
      const [output, input] = [text(document[OUTPUT_FILE]), text(document[INPUT_FILE])]
      if (output === undefined && !isTold) return sofar
      const raw = output === undefined ? found.raw : { [OUTPUT_FILE]: output, [INPUT_FILE]: input }
      return usageOf({ raw, ...(doubts.length > 0 && { doubts }) })
    },
  }
}

/** The files that tell the usage of a batch, where its own answer does not. */
export function filesOf({ raw }: Usage): UntoldUsage | undefined {
  const [outputFile, inputFile] = [text(object(raw)[OUTPUT_FILE]), text(object(raw)[INPUT_FILE])]
  return outputFile === undefined ? undefined : { kind: 'batch', outputFile, inputFile }
}

/** Where a batch does not say how many requests it has: more than providers take (OpenAI 50,000, Azure and Anthropic 100,000). */
const MOST_REQUESTS = 100_000
/** On average. One request alone may have more, by its searches. */
const MOST_TOKENS_OF_REQUEST = { prompt_tokens: 1_000_000, completion_tokens: 200_000 }
const MOST_TOKENS_OF_FEW = 20_000_000

/** The totals that so many requests cannot have. */
function doubtsOf({ promptTokens, completionTokens }: Usage, stated: number): readonly UsageDoubt[] {
  const requests = Math.min(stated || MOST_REQUESTS, MOST_REQUESTS)
  const doubtOf = (figure: keyof typeof MOST_TOKENS_OF_REQUEST, reported: number): readonly UsageDoubt[] => {
    const most = Math.max(requests * MOST_TOKENS_OF_REQUEST[figure], MOST_TOKENS_OF_FEW)
    return reported > most ? [{ figure, reported, most }] : []
  }
  return [...doubtOf('prompt_tokens', promptTokens), ...doubtOf('completion_tokens', completionTokens)]
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
