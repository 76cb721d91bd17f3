import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Failure } from '../../models/routing/cooldown/error-class.ts'
import type { Deployment } from '../../types.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import type { Pricing } from './charge-call.ts'
import type { TranslatedCall } from './translated-call.ts'

export interface RelayOptions {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly context: RequestContext
  readonly deployment: Deployment
  readonly pricing: Pricing
  readonly observer: ResponseObserver | undefined
  /** The client did not ask for the usage event: it is read and taken out. */
  readonly hideExtra: boolean
  /** See `CallOptions`. */
  readonly keepsModelNames?: boolean | undefined
  /** See `CallOptions`. */
  readonly wrapsErrors?: boolean | undefined
  /** Present where the client and the provider speak two APIs. */
  readonly translated?: AnswerTranslation | undefined
  /** What the answer tells the client about the call, beside the upstream's own headers. */
  readonly headers: Readonly<Record<string, string>>
}

/** How an answer gets into the client's API. */
export interface AnswerTranslation extends TranslatedCall {
  /** Told what a translation threw: a fault of ours, or an answer of a form that nobody knew. */
  readonly onFault: (error: unknown) => void
  /** Rows keep prompts: how to get the answer in the pivot, when the call is recorded. */
  readonly keep?: (answer: () => unknown) => void
}

/** How one try ended. Exactly one of the two is called, once. */
export interface TryEnd {
  /** The answer has been handed over whole. */
  succeeded(): void
  failed(failure: FailedTry): void
}

export interface FailedTry {
  readonly failure: Failure
  readonly retryAfterMs?: number
  /** Part of the answer has reached the client: it cannot be started again. */
  readonly answered: boolean
  /** The upstream does not know the field that asks for usage in a stream. */
  readonly rejectsAsking?: boolean
  /** The error speaks of something that the request names: a file, an earlier response. */
  readonly namesOwn?: boolean
  /** What the upstream said, as it may stand in a log. */
  words?(): string | undefined
  /** Gives this failure to the client, should no other try follow. */
  deliver(): void
}

/** Nobody takes more of this response: its client is gone, and no other waits for it, or it has been answered. */
export function isOver({ destroyed, writableEnded }: ServerResponse, { isShared }: Sharing = {}): boolean {
  return writableEnded || (destroyed && isShared?.() !== true)
}

type Sharing = Pick<RequestContext, 'isShared'>

/** How the body of one kind of answer reaches the client. */
export interface AnswerBody {
  onData(bytes: Buffer): void
  onEnd(): void
}

export interface AnswerHead {
  readonly statusCode: number
  readonly upstream: IncomingHttpHeaders
  /** What the client gets to see, without its length. */
  readonly headers: Record<string, string | string[]>
}
