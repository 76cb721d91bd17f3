import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { Json, Usage, UsageSource } from '../../types.ts'
import type { Reading } from '../meter/reading.ts'
import { usageOf } from '../shapes/reader.ts'
import { type CountTokens, countTokens, waitingCounts } from './count-tokens.ts'
import { outputAsked } from './output-asked.ts'
import { guessedTokens } from './tokenizer.ts'

/** Where the requests of the API shapes keep what the model reads. */
const INPUTS = [
  'messages',
  'system',
  'input',
  'prompt',
  'suffix',
  'contents',
  'content',
  'requests',
  'inputText',
  'systemInstruction',
  'system_instruction',
  'instructions',
  'message',
  'chat_history',
  'texts',
  'documents',
  'query',
  'tools',
  'toolConfig',
]

/** Members that name or carry things instead of saying something. */
const SKIPPED = new Set(['role', 'type', 'id', 'tool_call_id', 'tool_use_id', 'call_id', 'cache_control', 'signature'])

const IMAGES = new Set(['image_url', 'input_image', 'image', 'inlineData', 'inline_data', 'fileData'])

const MAX_DEPTH = 24

/** OpenAI's chat format adds this many tokens to each message, and to the answer's beginning. */
const TOKENS_PER_MESSAGE = 3
/** A message's role is read too. */
const TOKENS_PER_ROLE = 1
/** Of what is sure to be tokens: words in English have four or five characters a token, and no text many more. */
const CHARS_PER_TOKEN = 6
/** Input of failed calls is guessed while so many texts wait to be counted. */
const MAX_WAITING = 32
/** What LiteLLM takes an image for when it does not know its size. */
const TOKENS_PER_IMAGE = 250
export interface SettledUsage {
  readonly usage?: Usage
  readonly usageSource: UsageSource
  /** See `Outcome`. */
  readonly failedInput?: number
}

export interface AnsweredRequest {
  readonly request: Json | undefined
  /** The answer was written to its end. */
  readonly finished: boolean
}

/**
 * The usage to bill for an answer: as the provider reported it; else, where a model has answered without a final
 * report (cut off, unreadable, or a server that states none, or zeros), counted from the request and the text that was
 * relayed.
 */
export function settleUsage(
  reading: Reading,
  answered: AnsweredRequest,
  count: CountTokens = countTokens,
): MaybePromise<SettledUsage> {
  return isCountable(reading, answered.finished) ? countUsage(reading, answered.request, count) : usageAsRead(reading)
}

/** A usage that counts nothing is none. */
export function usageAsRead({ usage, source }: Reading): SettledUsage {
  return { usage: source === 'none' ? undefined : usage, usageSource: source }
}

async function countUsage(reading: Reading, request: Json | undefined, count: CountTokens): Promise<SettledUsage> {
  const { usage } = reading
  const completionTokens = await outputTokens(reading, request, count)
  const promptTokens = usage?.promptTokens || (request ? await countInput(request, count) : 0)
  if (promptTokens + completionTokens === 0) return usageAsRead(reading)
  // What a provider has said before the end is less than the truth, never more.
  const known = usage ?? usageOf({ raw: null })
  const counted = { ...known, promptTokens, completionTokens: Math.max(known.completionTokens, completionTokens) }
  return { usage: counted, usageSource: 'estimated' }
}

/** Nothing has to be counted: the answer says it all. */
export function isSettled({ source, usage, relayed }: Reading): boolean {
  if (source === 'estimated') return true
  if (source !== 'reported' || !usage) return false
  const { promptTokens, completionTokens, cacheReadTokens } = usage
  // Ollama leaves the input out where it still had it in memory.
  const lacksInput = completionTokens > 0 && promptTokens + cacheReadTokens === 0
  const lacksOutput = promptTokens > 0 && completionTokens === 0 && (relayed?.totalBytes ?? 0) > 0
  return !lacksInput && !lacksOutput
}

/** Something was generated; or the answer is whole, successful, and silent about usage. */
function isCountable(reading: Reading, finished: boolean): boolean {
  const { source, relayed, complete, unreadable, pending, error } = reading
  if (isSettled(reading)) return false
  if (source === 'reported' || (relayed?.totalBytes ?? 0) > 0) return true
  return source === 'none' && error === undefined && (complete || unreadable === true || (finished && !pending))
}

async function outputTokens(
  { relayed, unreadable }: Reading,
  request: Json | undefined,
  count: CountTokens,
): Promise<number> {
  if (!relayed || relayed.totalBytes === 0) return 0
  const { text, keptBytes, totalBytes } = relayed
  const counted = keptBytes === 0 ? guessedTokens(totalBytes) : (await count(text)) * (totalBytes / keptBytes)
  const { limit, answers } = outputAsked(request)
  // Whose text it is, is not known: a page of an error, or more than the model has said.
  return Math.ceil(unreadable && limit > 0 ? Math.min(counted, limit * answers) : counted)
}

/** The tokens of what a request gives a model to read. */
export async function countInput(request: Json, count: CountTokens = countTokens): Promise<number> {
  const { text, messages, images } = requestText(request)
  const framing = messages > 0 ? messages * (TOKENS_PER_MESSAGE + TOKENS_PER_ROLE) + TOKENS_PER_MESSAGE : 0
  return (await count(text)) + framing + images * TOKENS_PER_IMAGE
}

/** The tokens of the text that a request says itself, by its length: never more than it is sure to use. */
export function guessedInput(request: Json): number {
  const { text, messages } = requestText(request)
  const framing = messages > 0 ? messages * (TOKENS_PER_MESSAGE + TOKENS_PER_ROLE) + TOKENS_PER_MESSAGE : 0
  return Math.floor(text.length / CHARS_PER_TOKEN) + framing
}

/**
 * The input of a call that its upstream failed, as LiteLLM counts it for the row: what is not said in messages is one. A
 * storm of failures is not counted, but guessed.
 */
export async function countFailedInput(request: Json): Promise<SettledUsage> {
  const { text, messages, images } = requestText(request)
  const tokens = waitingCounts() < MAX_WAITING ? await countTokens(text) : guessedTokens(Buffer.byteLength(text))
  const framing = Math.max(messages, 1) * (TOKENS_PER_MESSAGE + TOKENS_PER_ROLE) + TOKENS_PER_MESSAGE
  return { usageSource: 'none', failedInput: tokens + framing + images * TOKENS_PER_IMAGE }
}

/** What a model reads of a request. */
interface RequestText {
  readonly text: string
  /** Each costs a few tokens more than its text. */
  readonly messages: number
  readonly images: number
}

/** Everything a request gives a model to read, without images and other data. */
export function requestText(request: Json): RequestText {
  const texts: string[] = []
  let messages = 0
  let images = 0

  function collect(value: unknown, depth: number): void {
    if (typeof value === 'string') texts.push(value)
    else if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
    else if (Array.isArray(value)) for (const item of value) collect(item, depth + 1)
    else collectObject(value as Json, depth)
  }

  function collectObject(value: Json, depth: number): void {
    if (typeof value.role === 'string') messages++
    if (
      (typeof value.type === 'string' && IMAGES.has(value.type)) ||
      Object.keys(value).some((name) => IMAGES.has(name))
    ) {
      images++
      return
    }
    for (const [name, item] of Object.entries(value)) if (!SKIPPED.has(name)) collect(item, depth + 1)
  }

  for (const name of INPUTS) collect(request[name], 0)
  return { text: texts.join('\n'), messages, images }
}
