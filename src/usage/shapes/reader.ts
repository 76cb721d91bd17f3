import { object } from '../../lib/json.ts'
import type { Json, UploadedFile, Usage } from '../../types.ts'
import type { FramingKind } from '../streams/framing.ts'

export { object, objects, text } from '../../lib/json.ts'

/** What one API shape needs us to know. One small file per shape; nothing else knows a provider's field names. */
export interface UsageReader {
  /** Stable name, e.g. "openai-chat". */
  readonly shape: string
  /** Whose API it is, in LiteLLM's words: its prices are looked up. Default: OpenAI's, or one like it. */
  readonly provider?: string
  /** LiteLLM's SpendLogs.call_type for this shape. */
  readonly callType: string
  /**
   * The path to append to a deployment's base URL when this shape serves `path`, else `undefined`. A route that names
   * the model carries it as `{model}`, to be filled with the deployment's own.
   */
  match(path: string): string | undefined
  /** The model a path names, for shapes that do not (only) name it in the body. */
  modelIn?(path: string): string | undefined
  /** Whether the answer will be a stream. `route` is what `match` gave. Default: `stream` of the body is true. */
  streams?(route: string, body: Json): boolean
  /** Parameters of the query that belong to the call and go to the upstream with it. Default: none. */
  readonly query?: readonly string[]
  /**
   * Folds one JSON document (a whole body, or the data of one stream event) into the usage so far.
   * Must return `sofar` for documents that say nothing about usage.
   */
  read(document: Json, sofar: Usage | undefined): Usage | undefined
  /**
   * What the request alone says is billed, for answers that say nothing: characters to speak, seconds of the uploaded
   * `file`.
   */
  ask?(body: Json, file?: UploadedFile): Usage | undefined
  /** Adds to what the answer said what only the request tells of it: the images of an embedding. */
  withRequest?(usage: Usage, request: Json): Usage
  /** What the answer's headers say, for answers whose body says nothing. */
  readHeaders?(header: (name: string) => string | undefined): Usage | undefined
  /** The provider's id of the answer, if this document carries it. Default: its `id`. */
  idOf?(document: Json): string | undefined
  /** The model the provider says it used. Default: `model`, here or within `message` or `response`. */
  modelOf?(document: Json): string | undefined
  /** The provider whose answer this is, for readers of more than one. LiteLLM's name. */
  providerOf?(document: Json): string | undefined
  /** Changes the request so that the answer carries usage at all. Returns the same object when nothing is needed. */
  prepare?(body: Json, provider?: string): Json
  /** Whether this document of a stream exists only because `prepare` asked for it. The client does not see it then. */
  isExtra?(document: Json): boolean
  /** Whether this whole answer only says that its work has yet to be done: nothing is counted then. */
  isPending?(document: Json): boolean
  /** Whether an answer with this document may truly have used nothing. Zeros of all others are counted instead. */
  usesNothing?(document: Json): boolean
  /** Whether this document ends its stream. `[DONE]` always does. */
  isEnd?(document: Json): boolean
  /**
   * A document of a stream is parsed only when its bytes contain one of these as a member with a value other than null,
   * or as a value. Default: `usage`. `error` and the first document are always looked at.
   */
  readonly hints?: readonly string[]
  /** How a stream is cut into documents when the content type does not tell. */
  readonly framing?: FramingKind
  /** Reads a document of a stream that is too long to be kept: what is known of it, as a document. It may throw. */
  longFrame?(): { push(bytes: Buffer): void; end(): Json | undefined }
  /** Member names whose string values are output text; kept (bounded) so that a cut stream can be counted. */
  readonly textKeys?: readonly string[]
  /** The same for an answer that is not streamed, where its members have other names. */
  readonly bodyTextKeys?: readonly string[]
}

/** The provider to look prices up for when all that is known of a call is the form of its answer. */
export function providerOfReader({ provider = 'openai' }: Pick<UsageReader, 'provider'>): string {
  return provider
}

export const DEFAULT_HINTS: readonly string[] = ['usage']

const NOTHING: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  reasoningTokens: 0,
  promptDetails: {},
  completionDetails: {},
  quantities: {},
  raw: undefined,
}

/** A usage with everything that is not given at zero. */
export function usageOf(known: Partial<Usage>): Usage {
  return { ...NOTHING, ...known }
}

/** More than any model reads or writes in one call, and small enough that four of them fit an int4 column together. */
export const MAX_COUNT = 500_000_000

/** Provider documents are untrusted: numbers and numeric strings count, everything else is 0. Whole, never negative. */
export function count(value: unknown): number {
  return Math.min(Math.round(quantity(value)), MAX_COUNT)
}

/** Like `count`, for what comes in fractions: seconds, dollars. */
export function quantity(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : 0
}

/** `count`, but `undefined` where the provider said nothing. */
export function countOrNone(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : count(value)
}

/**
 * What was written to the provider's cache: `total`, and Anthropic's split of it (`ephemeral_5m_input_tokens`,
 * `ephemeral_1h_input_tokens`). A split that counts nothing says nothing. One that contradicts the total is kept as stated:
 * LiteLLM bills the split.
 */
export function cacheWritesOf(
  total: number,
  split: unknown,
): Pick<Usage, 'cacheWriteTokens' | 'cacheWrite1hTokens' | 'cacheWrite5mTokens'> {
  const fiveMinutes = count(object(split).ephemeral_5m_input_tokens)
  const hour = count(object(split).ephemeral_1h_input_tokens)
  if (fiveMinutes + hour === 0) return { cacheWriteTokens: total, cacheWrite1hTokens: 0 }
  if (fiveMinutes + hour === total) return { cacheWriteTokens: total, cacheWrite1hTokens: hour }
  return { cacheWriteTokens: total, cacheWrite1hTokens: hour, cacheWrite5mTokens: fiveMinutes }
}
