import type { Json, Usage, UsageSource } from '../../types.ts'
import type { RelayedText } from './kept-text.ts'

/** What an answer said about itself. */
export interface Reading {
  readonly usage?: Usage
  /**
   * `reported` when the usage is final, `partial` when the answer broke off before it was, `estimated` when it is what
   * the request alone says, `none` without usage, or with one that counts nothing.
   */
  readonly source: UsageSource
  readonly responseId?: string
  /** The model the provider says it used. */
  readonly model?: string
  /** The provider whose answer it is, where the path does not tell. LiteLLM's name. */
  readonly provider?: string
  /** The end of the answer was seen: a whole JSON body, or the stream's own end marker. */
  readonly complete: boolean
  /** It only says that its work has yet to be done. */
  readonly pending?: boolean
  /** Bytes came that are no document: not JSON, or in a coding that is not known. */
  readonly unreadable?: boolean
  /** The first error document within the answer. */
  readonly error?: Json
  /** What a reader threw. Built-in ones do not; the answer is still relayed and settled. */
  readonly fault?: unknown
  /** Output text of an answer that did not report final usage, to count it by. */
  readonly relayed?: RelayedText
  /** The answer as one JSON value, where answers are kept. */
  readonly answer?: unknown
}
