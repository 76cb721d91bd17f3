import { chunksOf } from '../../translation/call-translation.ts'
import type { ChatAnswer, ChatChunk, ChatError } from '../../translation/chat.ts'
import type { ClientStream, StreamPiece } from '../../translation/translation.ts'
import type { Json } from '../../types.ts'
import { wholeAnswer } from '../../usage/meter/whole-answer.ts'
import type { Framing } from '../../usage/streams/framing.ts'
import { errorOf } from '../answer/outcome-of.ts'
import { type AnswerBody, type AnswerHead, isOver, type TryEnd } from './answer-body.ts'
import type { Flow } from './streamed-answer.ts'
import { overheadHeader } from './told-headers.ts'
import {
  failTry,
  headersOf,
  MAX_HELD_BYTES,
  parsed,
  type TranslatedOptions,
  UNREADABLE,
  UNTRANSLATABLE,
} from './translated-try.ts'

const MAX_KEPT_BYTES = 1 << 20
const DONE = Buffer.from('[DONE]')

/**
 * A stream that the client gets in its own API, as fast as the client takes it. What one read brings is translated and
 * written at once. A stream that begins with an error is an error, and another deployment may be asked.
 */
export function translatedStream(
  options: TranslatedOptions,
  head: AnswerHead,
  end: TryEnd,
  flow: Flow,
  framing: Framing,
): AnswerBody {
  const { translation } = options.translated
  const out = new TranslatedOutput(options, head, end, flow)
  const stream = translation.provider.stream(translation.chat, translation.context)
  const cutter = framing.cut({ frame, passOver: tooLarge }, MAX_HELD_BYTES)

  return {
    onData(bytes) {
      if (out.isOver) return
      cutter.push(bytes)
      out.flush()
    },
    onEnd() {
      if (out.isOver) return
      cutter.end()
      out.give(() => stream.end())
      out.close()
    },
  }

  function frame(bytes: Buffer): void {
    const payload = framing.payload(bytes)
    if (!payload || payload.length === 0) return void out.keepAlive()
    if (payload.equals(DONE)) return
    const document = parsed(payload)
    if (document) out.give(() => stream.event(document), document)
    else if (payload.toString('utf8').trim() !== '') out.give(() => [{ error: UNREADABLE }])
  }

  function tooLarge(): void {
    out.give(() => [{ error: UNREADABLE }])
  }
}

/** The answer of a provider that was asked for a stream and gave none, as one. */
export function streamOfWhole(
  options: TranslatedOptions,
  head: AnswerHead,
  end: TryEnd,
  flow: Flow,
  answer: ChatAnswer,
): void {
  const out = new TranslatedOutput(options, head, end, flow)
  out.give(() => chunksOf(answer))
  out.close()
}

/** What of a translated stream goes to the client. */
class TranslatedOutput {
  readonly #options: TranslatedOptions
  readonly #head: AnswerHead
  readonly #end: TryEnd
  readonly #flow: Flow
  readonly #client: ClientStream
  #text = ''
  #kept: ChatChunk[] | undefined
  #keptBytes = 0
  #begun = false
  #isOver = false

  constructor(options: TranslatedOptions, head: AnswerHead, end: TryEnd, flow: Flow) {
    const { translation } = options.translated
    this.#options = options
    this.#head = head
    this.#end = end
    this.#flow = flow
    this.#client = translation.client.stream(translation.asked, translation.context)
    const { keep } = options.translated
    if (!keep) return
    this.#kept = []
    keep(() => this.#kept && wholeAnswer(this.#kept))
  }

  /** An answer that is larger is not kept. */
  #keep(chunk: ChatChunk, bytes: number): void {
    this.#keptBytes += bytes
    if (this.#keptBytes > MAX_KEPT_BYTES) this.#kept = undefined
    this.#kept?.push(chunk)
  }

  /** The try has ended: what still comes is not looked at. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Adds what `work` makes. `document` is what it is made of. */
  give(work: () => readonly StreamPiece[], document?: Json): void {
    if (this.#isOver) return
    try {
      for (const piece of work()) {
        if ('error' in piece) {
          this.#fail(piece.error as ChatError, document)
          return
        }
        const frames = this.#client.piece(piece)
        this.#text += frames
        if (this.#kept) this.#keep(piece as ChatChunk, frames.length)
      }
    } catch (error) {
      this.#options.translated.onFault(error)
      this.#fail(UNTRANSLATABLE)
      return
    }
    // The upstream has begun to answer, even where the client's API has no words for that yet.
    if (document) this.#begin()
  }

  /** A comment of the upstream's: the connection is to be kept. */
  keepAlive(): void {
    this.#begin()
    if (this.#framing === 'sse') this.#text += ':\n\n'
  }

  flush(): void {
    const { res, context } = this.#options
    if (this.#text === '') {
      // The client is told that its answer has begun, although its API has no words for that yet.
      if (this.#begun && !isOver(res)) res.flushHeaders()
      return
    }
    const text = this.#take()
    // The client may be gone and the upstream still read, for its usage.
    if (isOver(res, context)) return
    if (!res.write(text)) this.#flow.pause()
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#begin()
    this.#text += this.#client.end()
    this.#send()
  }

  #fail(error: ChatError, document?: Json): void {
    this.#isOver = true
    if (!this.#begun && this.#text === '') {
      this.#flow.abort()
      failTry(this.#options, this.#head, this.#end, error, document)
      return
    }
    // The meter has seen the upstream's own words. Of what is ours it knows nothing.
    if (!document) this.#options.observer?.fail(errorOf(error.status, error.message))
    this.#begin()
    this.#text += this.#client.piece({ error }) + this.#client.end()
    this.#flow.abort()
    this.#send()
  }

  #send(): void {
    const { res, observer, context } = this.#options
    observer?.finish()
    const text = this.#take()
    if (!isOver(res, context)) res.end(text)
    this.#end.succeeded()
  }

  get #framing(): keyof typeof STREAM_HEADERS {
    const { context, client } = this.#options.translated.translation
    return client.shape === 'gemini-generate' ? (context.framing ?? 'json-array') : 'sse'
  }

  #take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    const { res, context } = this.#options
    const told = { ...headersOf(this.#options, this.#head), ...overheadHeader(context) }
    if (!isOver(res)) res.writeHead(this.#head.statusCode, { ...told, ...STREAM_HEADERS[this.#framing] })
    res.on('drain', this.#flow.resume)
    res.once('close', this.#flow.resume)
  }
}

const STREAM_HEADERS = {
  sse: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' },
  'json-array': { 'content-type': 'application/json' },
} as const
