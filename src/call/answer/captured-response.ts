import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { createDecoder } from '../../usage/streams/decoder.ts'

/** What a response turned out to be. */
export interface CapturedAnswer {
  readonly statusCode: number
  readonly contentType: string
  /** Without its content coding. */
  readonly body: Buffer
}

export interface CaptureOptions {
  /** Of a longer answer there is none. */
  readonly maxBytes: number
  /** Others wait for the answer: it is copied although its client has left, or takes it slowly. */
  isShared?(): boolean
  /** What has just been written of a stream of events. */
  onStream?(bytes: Buffer): void
  /** The handler has written all of its answer. */
  onEnd(): void
}

/** A copy of what a handler writes to a response, which reaches the client as ever. */
export class CapturedResponse {
  readonly #res: ServerResponse
  readonly #options: CaptureOptions
  readonly #given: OutgoingHttpHeaders = {}
  #pieces: Buffer[] = []
  #size = 0
  #isEnded = false

  constructor(res: ServerResponse, options: CaptureOptions) {
    this.#res = res
    this.#options = options
    this.#watch()
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** A stream of events that was written to its end, however long it was. */
  get isWholeStream(): boolean {
    return this.#isEnded && this.#isPlainStream
  }

  /** `undefined`: it was not written to its end, or is too long, or in a coding that is not known. */
  async answer(): Promise<CapturedAnswer | undefined> {
    const { maxBytes } = this.#options
    if (!this.#isEnded || this.#size > maxBytes) return undefined
    const body = await decodedBody(Buffer.concat(this.#pieces), this.#header('content-encoding'), maxBytes)
    return body && { statusCode: this.#res.statusCode, contentType: this.#header('content-type'), body }
  }

  #watch(): void {
    const res = this.#res
    const { write, end, writeHead } = res
    res.write = ((...args: unknown[]) => {
      this.#copy(args[0], args[1])
      const more = res.destroyed || Reflect.apply(write, res, args)
      // A client that is slow must not hold up the others.
      return more || (this.#isWithin && this.#options.isShared?.() === true)
    }) as typeof write
    res.end = ((...args: unknown[]) => {
      const isFirst = !this.#isEnded
      if (isFirst) this.#copy(args[0], args[1])
      this.#isEnded = true
      if (!res.destroyed) Reflect.apply(end, res, args)
      if (isFirst) this.#options.onEnd()
      return res
    }) as typeof end
    // Headers that are given with the status are not among those that a response tells.
    res.writeHead = ((...args: unknown[]) => {
      const given = args.at(-1)
      if (typeof given === 'object' && given !== null && !Array.isArray(given)) Object.assign(this.#given, given)
      return res.destroyed ? res : Reflect.apply(writeHead, res, args)
    }) as typeof writeHead
  }

  get #isWithin(): boolean {
    return this.#size <= this.#options.maxBytes
  }

  #copy(chunk: unknown, encoding: unknown): void {
    const bytes = bytesOf(chunk, encoding)
    if (!bytes || bytes.length === 0 || this.#isEnded) return
    this.#size += bytes.length
    if (this.#isWithin) this.#pieces.push(bytes)
    else this.#pieces = []
    if (this.#isPlainStream) this.#options.onStream?.(bytes)
  }

  get #isPlainStream(): boolean {
    const { statusCode } = this.#res
    return statusCode === 200 && isEventStream(this.#header('content-type')) && this.#header('content-encoding') === ''
  }

  #header(name: string): string {
    return answerHeader(this.#res, this.#given, name)
  }
}

export function isEventStream(contentType: string): boolean {
  return /^text\/event-stream\b/i.test(contentType)
}

/** A header of an answer whose head was written with `given`, in small letters. */
export function answerHeader(res: ServerResponse, given: OutgoingHttpHeaders, name: string): string {
  const [, value] = Object.entries(given).find(([key]) => key.toLowerCase() === name) ?? []
  return String(value ?? res.getHeader(name) ?? '')
}

/** What was given to `write` or `end`, if it was anything. */
export function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  // Node may use the memory of a chunk again once it is written.
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : undefined
}

/** `undefined`: it is longer than `maxBytes`, or nothing. */
export async function decodedBody(body: Buffer, coding: string, maxBytes: number): Promise<Buffer | undefined> {
  if (coding === '' || coding === 'identity') return body
  const pieces: Buffer[] = []
  let size = 0
  const decoder = createDecoder(coding, (bytes) => {
    size += bytes.length
    if (size <= maxBytes) pieces.push(bytes)
  })
  decoder.push(body)
  await decoder.end()
  return size > 0 && size <= maxBytes ? Buffer.concat(pieces) : undefined
}
