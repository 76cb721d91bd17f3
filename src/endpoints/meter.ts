import type { IncomingMessage } from 'node:http'
import { observerOf, reportFailure } from '../call/answer/observe.ts'
import type { ResponseObserver } from '../call/answer/response-observer.ts'
import { openContext, type RequestContext } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Call, Deployment, Json } from '../types.ts'
import { POLLED } from '../usage/background/background-jobs.ts'
import { object, text, type UsageReader } from '../usage/shapes/reader.ts'
import { providerOfShape } from '../usage/shapes/readers.ts'
import { readerOfDocument, unknownShape } from '../usage/shapes/unknown-shape.ts'

export interface MeterAnswerOptions {
  /** Whom the answer is from, in LiteLLM's words: its prices are looked up. Default: by the form of the answer. */
  readonly provider?: string
  /** The provider's own name of the model. Default: what the answer says. */
  readonly model?: string
}

const METERED = new WeakSet<IncomingMessage>()

/**
 * Meters what a provider has answered to a call of your own: a completion (or its JSON text), the chunks of an SDK's
 * stream, or the bytes of an HTTP answer. Give on to your code what this returns; a stream is metered as it is read.
 * Needs `litellmSpend()` or `litellmUsage()` before; once per request. Set `getContext(req).deployment` before, if the
 * price is one of your deployments'.
 */
export function meter<T>(req: IncomingMessage, answer: T, options: MeterAnswerOptions = {}): T {
  const observer = observerOf(req)
  if (!observer) {
    const message = 'meter() needs litellmSpend() earlier in the chain: app.use(litellmSpend())'
    throw new LiteLLMError('middleware_missing', { message })
  }
  if (METERED.has(req))
    throw new TypeError('meter() was called twice for one request: it is one call, and leaves one row')
  METERED.add(req)
  const feed = new Feed(req, observer, options)
  if (answer instanceof ReadableStream) return feed.bytes(answer) as T
  if (isAsyncIterable(answer)) return feed.chunks(answer) as T
  feed.whole(answer)
  return answer
}

/** Hands an answer to the observer of its request, in the form that its meter reads. */
class Feed {
  readonly #req: IncomingMessage
  readonly #context: RequestContext
  readonly #observer: ResponseObserver
  readonly #options: MeterAnswerOptions
  #begun = false

  constructor(req: IncomingMessage, observer: ResponseObserver, options: MeterAnswerOptions) {
    this.#req = req
    this.#context = openContext(req)
    this.#observer = observer
    this.#options = options
  }

  whole(answer: unknown): void {
    const json = typeof answer === 'string' ? answer : JSON.stringify(answer)
    this.#push(Buffer.from(json), 'application/json')
    this.#observer.finish()
  }

  /** The same chunks; the rest of an SDK's stream object is lent from it. */
  chunks<C>(stream: AsyncIterable<C>): AsyncIterable<C> {
    const metered = () => this.#iterate(stream)
    return new Proxy(stream, {
      get: (target, name) => {
        if (name === Symbol.asyncIterator) return metered
        const value = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  bytes(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    return stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (bytes, controller) => {
          controller.enqueue(bytes)
          this.#push(Buffer.from(bytes))
        },
        flush: () => void this.#observer.finish(),
      }),
    )
  }

  async *#iterate<C>(stream: AsyncIterable<C>): AsyncGenerator<C> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#observer.holdUntil(promise)
    try {
      for await (const chunk of stream) {
        const isBytes = typeof chunk === 'string' || chunk instanceof Uint8Array
        if (isBytes) this.#push(Buffer.from(chunk as string))
        else this.#push(frame(JSON.stringify(chunk)), 'text/event-stream')
        yield chunk
      }
      if (this.#begun) this.#observer.push(frame('[DONE]'))
      this.#observer.finish()
    } catch (error) {
      const { status } = object(error)
      reportFailure(this.#req, { status: Number(status) || 502, message: 'The upstream broke off its answer.' })
      throw error
    } finally {
      resolve()
    }
  }

  #push(bytes: Buffer, contentType = sniff(bytes)): void {
    if (!this.#begun) this.#begin(bytes, contentType)
    this.#observer.push(bytes)
  }

  #begin(bytes: Buffer, contentType: string): void {
    this.#begun = true
    const document = firstDocument(bytes)
    const { call, deployment } = this.#context
    const known = call && call.shape !== unknownShape.shape && !POLLED.has(call.shape)
    const reader = known ? undefined : readerOfDocument(document)
    if (call && reader) this.#context.call = named(call, reader, this.#options.model ?? modelIn(document))
    if (!deployment) this.#context.deployment = this.#deploymentOf(document)
    this.#observer.open({ statusCode: 200, contentType, contentEncoding: '', headers: {}, hideExtra: false })
  }

  /** Nothing but what prices are looked up by. */
  #deploymentOf(document: Json): Deployment | undefined {
    const { call } = this.#context
    const model = this.#options.model ?? modelIn(document) ?? call?.modelGroup
    if (!model) return undefined
    const provider = this.#options.provider ?? providerOfShape(call?.shape ?? '', call?.upstreamPath)
    return { id: '', modelGroup: call?.modelGroup || model, model, provider, baseUrl: '', headers: {} }
  }
}

function named(call: Call, { shape, callType }: UsageReader, model: string | undefined): Call {
  return { ...call, shape, callType, modelGroup: call.modelGroup || (model ?? '') }
}

function modelIn(document: Json): string | undefined {
  const inner = object(document.message ?? document.response)
  return text(document.model) ?? text(document.modelVersion) ?? text(inner.model)
}

function frame(json: string): Buffer {
  return Buffer.from(`data: ${json}\n\n`)
}

function sniff(bytes: Buffer): string {
  return /^\s*[{[]/.test(bytes.toString('latin1', 0, 64)) ? 'application/json' : 'text/event-stream'
}

/** The first document of an answer, as far as its first bytes hold it whole. */
function firstDocument(bytes: Buffer): Json {
  const source = bytes.toString('utf8')
  const data = /^data: ?(.*)$/m.exec(source)?.[1] ?? source
  try {
    return object(JSON.parse(data))
  } catch {
    return {}
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
