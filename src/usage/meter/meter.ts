import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Json, UploadedFile } from '../../types.ts'
import { DEFAULT_HINTS, type UsageReader } from '../shapes/reader.ts'
import { createDecoder, isCompressed } from '../streams/decoder.ts'
import { framingOf } from '../streams/framings.ts'
import { createUsageEventFilter } from '../streams/usage-event-filter.ts'
import { AnswerReading } from './answer-reading.ts'
import { believableBill } from './believable.ts'
import { type BodyWatcher, watchBody, watchNothing, watchStream } from './body-watcher.ts'
import type { Reading } from './reading.ts'
import { createKeptAnswer } from './whole-answer.ts'

export interface MeterOptions {
  readonly reader: UsageReader
  /** The answer's `content-type`. */
  readonly contentType: string
  /** The answer's `content-encoding`. Encoded answers are decoded on the side; nothing can be hidden in them. */
  readonly contentEncoding?: string
  /** The answer's headers by lower-case name, for the providers that state usage there. */
  readonly headers?: Readonly<Record<string, unknown>>
  /** The request, for what is billed by it. */
  readonly request?: Json
  /** The file that was uploaded with it. */
  readonly file?: UploadedFile
  /** The largest JSON body, and the largest single event of a stream, that is kept to be read. Default: 8 MiB. */
  readonly maxBytes?: number
  /** Take the one event out of the stream that `prepare` asked for and the client did not. */
  readonly hideExtra?: boolean
  /** Hears of each document that is parsed: a whole body, or of a stream the first ones and those about usage. */
  readonly onDocument?: (document: Json) => void
  /** The reading has the answer itself, too. */
  readonly keepAnswers?: boolean
}

/** Watches the bytes of one answer and works out its usage. Holds no more than `maxBytes`; never throws. */
export interface Meter {
  /**
   * What to relay for `bytes`: mostly `bytes` itself. Only with `hideExtra` it may be several buffers, or `undefined`
   * while an event is incomplete. A tap that only watches ignores it.
   */
  push(bytes: Buffer): Buffer | readonly Buffer[] | undefined
  /** Output tokens so far, while the answer streams: what the provider has reported, else an estimate. */
  outputTokens(): number
  /** No more bytes, however the answer ended. Call it once. */
  end(): MeterEnd
}

export interface MeterEnd {
  /** Still to be relayed. */
  readonly rest?: Buffer
  /** Never rejects. Encoded answers take a moment. */
  readonly reading: MaybePromise<Reading>
}

const MAX_BYTES = 8 << 20
const MAX_KEPT_TEXT_BYTES = 256 << 10

export function createMeter(options: MeterOptions): Meter {
  const meter = bareMeter(options)
  return options.keepAnswers ? keepingMeter(meter, options) : meter
}

function keepingMeter(meter: Meter, { contentType, contentEncoding, reader: { framing } }: MeterOptions): Meter {
  const kept = createKeptAnswer({ contentType, contentEncoding, framing })
  return {
    push(bytes) {
      kept.push(bytes)
      return meter.push(bytes)
    },
    outputTokens: meter.outputTokens,
    end() {
      const { rest, reading } = meter.end()
      return { rest, reading: whenKnown(reading, async (read) => ({ ...read, answer: await kept.end() })) }
    },
  }
}

function bareMeter(options: MeterOptions): Meter {
  const encoding = (options.contentEncoding ?? '').trim().toLowerCase()
  const fold = new AnswerReading(options.reader, MAX_KEPT_TEXT_BYTES, options.onDocument)
  const isEncoded = encoding !== '' && encoding !== 'identity'
  const meter = isEncoded ? encodedMeter(encoding, fold, options) : unnamedMeter(fold, options)
  return { ...meter, outputTokens: () => fold.outputTokens() }
}

/** Some servers compress without a word. */
function unnamedMeter(fold: AnswerReading, options: MeterOptions): WatchingMeter {
  let meter: WatchingMeter | undefined
  const meterFor = (first: Buffer) => {
    meter ??= isCompressed(first) ? encodedMeter('identity', fold, options) : plainMeter(fold, options)
    return meter
  }
  return {
    push: (bytes) => (meter ?? meterFor(bytes)).push(bytes),
    end: () => (meter ?? meterFor(Buffer.alloc(0))).end(),
  }
}

type WatchingMeter = Omit<Meter, 'outputTokens'>

const OPAQUE = /^(?:audio|image|video|font)\/|octet-stream/i

function plainMeter(fold: AnswerReading, options: MeterOptions): WatchingMeter {
  const { reader, hideExtra, contentType, maxBytes = MAX_BYTES } = options
  const framing = framingOf(contentType, reader.framing)
  if (framing && hideExtra && reader.isExtra) {
    const hider = createUsageEventFilter(fold, framing, reader.isExtra, maxBytes)
    return { push: hider.push, end: () => ({ rest: hider.end(), reading: readingOf(fold, options) }) }
  }
  if (framing) return watching(watchStream(fold, framing, maxBytes), fold, options)
  if (OPAQUE.test(contentType)) return watching(watchNothing(fold), fold, options)
  return watching(watchBody(fold, reader.hints ?? DEFAULT_HINTS, maxBytes), fold, options)
}

function watching(watch: BodyWatcher, fold: AnswerReading, options: MeterOptions): WatchingMeter {
  return {
    push(bytes) {
      watch.push(bytes)
      return bytes
    },
    end() {
      watch.end()
      return { reading: readingOf(fold, options) }
    },
  }
}

function encodedMeter(encoding: string, fold: AnswerReading, options: MeterOptions): WatchingMeter {
  const inner = plainMeter(fold, { ...options, hideExtra: false })
  const decoder = createDecoder(encoding, (bytes) => void inner.push(bytes))
  return {
    push(bytes) {
      decoder.push(bytes)
      return bytes
    },
    end: () => ({ reading: decoder.end().then(() => inner.end().reading) }),
  }
}

function readingOf(fold: AnswerReading, { reader, headers = {}, request, file }: MeterOptions): Reading {
  const header = (name: string) => headerOf(headers, name)
  fold.offer(fold.guard(() => reader.readHeaders?.(header)))
  const reading = fold.get({ request, usage: fold.guard(() => request && reader.ask?.(request, file)) })
  const { usage } = reading
  const whole = fold.guard(() => usage && request && reader.withRequest?.(usage, request))
  return withHeaderCost(whole ? { ...reading, usage: whole } : reading, header('x-litellm-response-cost'))
}

/** An upstream that is a LiteLLM gateway itself states its bill in a header. What the body states is its provider's. */
function withHeaderCost(reading: Reading, stated: string | undefined): Reading {
  const { usage } = reading
  if (!usage || stated === undefined) return reading
  const bill = Number(stated)
  if (stated.trim() === '' || !(bill >= 0) || bill === Number.POSITIVE_INFINITY) return reading
  return { ...reading, usage: believableBill({ ...usage, statedCost: bill, statedByGateway: true }) }
}

function headerOf(headers: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = headers[name]
  return value === undefined ? undefined : String(Array.isArray(value) ? value[0] : value)
}
