import type { IncomingHttpHeaders } from 'node:http'
import type { LiteLLMError } from '../../errors.ts'
import type { Next } from '../../lib/http/middleware.ts'
import { concat } from '../../lib/lists.ts'
import { whenKnown } from '../../lib/maybe-promise.ts'
import { inStep } from '../../lib/turn-queue.ts'
import { failureOfConnection } from '../../models/routing/cooldown/error-class.ts'
import type { Charge } from '../../types.ts'
import type { UpstreamExchange, UpstreamReceiver } from '../../upstream/exchange.ts'
import { clientHeaders } from '../../upstream/headers.ts'
import { connectionCode, withPlace } from '../../upstream/upstream-error.ts'
import { askedModel, textWithModel, withModel } from '../answer/answer-model.ts'
import { askedOf } from '../request/context.ts'
import { type AnswerBody, type AnswerHead, isOver, type RelayOptions, type TryEnd } from './answer-body.ts'
import { chargeCall } from './charge-call.ts'
import type { Drain } from './client-abort.ts'
import { errorAnswer } from './error-answer.ts'
import { streamedAnswer } from './streamed-answer.ts'
import { costHeaders, overheadHeader } from './told-headers.ts'
import { translatedAnswer } from './translated-answer.ts'

/** The client is told which model, deployment and host it was: as the headers of an answer would. */
function placedError(error: LiteLLMError, { context, deployment }: RelayOptions): LiteLLMError {
  const { host } = askedOf(deployment)
  return withPlace(error, { modelGroup: context.call?.modelGroup, deployment, host })
}

const MAX_JOINED_BYTES = 16 << 10

/** What the client sees of a redirect. */
const REDIRECTED = 502

/** Hands one upstream answer to the client: an error whole, JSON whole with its cost, everything else as it comes. */
export class RelayedAnswer implements UpstreamReceiver {
  readonly #options: RelayOptions
  readonly #end: TryEnd
  readonly #next: Next
  readonly #sentAt = performance.now()
  /** Milliseconds of the tries before. */
  readonly #before: number
  /** Set right after the request is sent; nothing arrives before. */
  exchange: UpstreamExchange | undefined
  /** Set when the client has left and the answer is read on. */
  drain: Drain | undefined
  #body: AnswerBody | undefined

  constructor(options: RelayOptions, end: TryEnd, next: Next) {
    this.#options = options
    this.#end = end
    this.#next = next
    this.#before = options.context.upstreamMs ?? 0
  }

  onHead(statusCode: number, upstream: IncomingHttpHeaders): void {
    this.#count()
    const { observer, hideExtra, headers } = this.#options
    observer?.open({
      // The client is given no redirect.
      statusCode: statusCode >= 300 && statusCode < 400 ? REDIRECTED : statusCode,
      contentType: String(upstream['content-type'] ?? ''),
      contentEncoding: String(upstream['content-encoding'] ?? ''),
      headers: upstream,
      hideExtra,
    })
    this.#body = this.#bodyFor({ statusCode, upstream, headers: Object.assign(clientHeaders(upstream), headers) })
  }

  onData(bytes: Buffer): void {
    this.#body?.onData(bytes)
    this.drain?.read(bytes.length)
  }

  onEnd(): void {
    if (!this.#options.context.call?.stream) this.#count()
    this.#body?.onEnd()
  }

  onError(error: LiteLLMError): void {
    const { res, observer } = this.#options
    const failure = failureOfConnection(connectionCode(error))
    const answered = res.headersSent
    const placed = placedError(error, this.#options)
    this.#end.failed({
      failure,
      answered,
      words: () => error.message,
      deliver: () => {
        observer?.fail({ code: String(error.status), class: failure.class, message: placed.message })
        // A head that has left cannot be taken back: only a cut tells the client that this is not the whole answer.
        if (answered) res.destroy()
        else this.#next(placed)
      },
    })
  }

  /** Of a stream the upstream is waited for until it begins. */
  #count(): void {
    this.#options.context.upstreamMs = this.#before + performance.now() - this.#sentAt
  }

  #bodyFor(head: AnswerHead): AnswerBody {
    if (head.statusCode >= 300) return errorAnswer(this.#options, head, this.#end, this.#next, this.exchange?.signature)
    const flow = {
      pause: () => this.exchange?.pause(),
      resume: () => this.exchange?.resume(),
      abort: () => this.exchange?.abort(),
    }
    const { translated } = this.#options
    if (translated) return translatedAnswer({ ...this.#options, translated }, head, this.#end, flow)
    if (isBuffered(head, this.#options)) return bufferedAnswer(this.#options, head, this.#end)
    return streamedAnswer(this.#options, head, this.#end, flow)
  }
}

/** JSON that is small enough to wait for: its cost can be told in a header then. */
const MAX_BUFFERED_BYTES = 1 << 20
/** One document; not `application/x-ndjson`, which is many. */
const JSON_TYPE = /^application\/(?!stream)(?:[\w.-]+\+)?json\b/i

function isBuffered({ upstream }: AnswerHead, { context }: RelayOptions): boolean {
  if (context.call?.stream || upstream['content-encoding']) return false
  const length = Number(upstream['content-length'] ?? 0)
  return length <= MAX_BUFFERED_BYTES && JSON_TYPE.test(String(upstream['content-type']))
}

/** The answer as it leaves: a text in Latin-1, whose characters are its bytes, where it can join the head in one write. */
function leaving(body: Buffer, { context, keepsModelNames }: RelayOptions): Buffer | string {
  const asked = keepsModelNames ? undefined : askedModel(context)
  if (body.length > MAX_JOINED_BYTES) return asked === undefined ? body : withModel(body, asked)
  const text = body.toString('latin1')
  return asked === undefined ? text : textWithModel(text, asked)
}

/** A JSON answer that is sent in one piece, byte for byte but for the name of its model, with what it cost in a header. */
function bufferedAnswer(options: RelayOptions, head: AnswerHead, end: TryEnd): AnswerBody {
  const { res, observer, pricing, context } = options
  const pieces: Buffer[] = []

  return {
    onData(bytes) {
      observer?.push(bytes)
      pieces.push(bytes)
    },
    onEnd() {
      if (!observer) return send()
      void whenKnown(observer.reported(), (ended) => send(ended && chargeCall(context, ended, pricing)))
    },
  }

  function send(charge?: Charge) {
    const body = leaving(concat(pieces), options)
    Object.assign(head.headers, overheadHeader(context))
    head.headers['content-length'] = String(body.length)
    if (charge) Object.assign(head.headers, costHeaders(context, charge))
    if (!isOver(res)) res.writeHead(head.statusCode, head.headers)
    inStep('departures', () => leave(body))
    end.succeeded()
  }

  function leave(body: Buffer | string) {
    if (res.writableEnded) return
    try {
      res.end(body, 'latin1')
    } catch (error) {
      // Somebody else's `end`: a client that is cut off need not wait.
      res.destroy()
      throw error
    }
  }
}
