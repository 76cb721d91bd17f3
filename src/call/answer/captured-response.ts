import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { createDecoder } from '../../usage/streams/decoder.ts'

/** What a response turned out to be. */
export interface CapturedAnswer {
  readonly statusCode: number
  readonly contentType: string
  /** Without its content coding. */
  readonly body: Buffer
}

/**
 * A copy of what a handler writes to a response, which reaches the client as ever. It holds at most `maxBytes`: of a
 * longer answer there is none.
 */
export class CapturedResponse {
  readonly #res: ServerResponse
  readonly #maxBytes: number
  readonly #given: OutgoingHttpHeaders = {}
  #pieces: Buffer[] = []
  #size = 0
  #isEnded = false

  constructor(res: ServerResponse, maxBytes: number) {
    this.#res = res
    this.#maxBytes = maxBytes
    this.#watch()
  }

  /** `undefined`: it was not written to its end, or is too long, or in a coding that is not known. */
  async answer(): Promise<CapturedAnswer | undefined> {
    if (!this.#isEnded || this.#size > this.#maxBytes) return undefined
    const header = (name: string) => answerHeader(this.#res, this.#given, name)
    const body = await decodedBody(Buffer.concat(this.#pieces), header('content-encoding'), this.#maxBytes)
    return body && { statusCode: this.#res.statusCode, contentType: header('content-type'), body }
  }

  #watch(): void {
    const res = this.#res
    const { write, end, writeHead } = res
    res.write = ((...args: unknown[]) => {
      this.#copy(args[0], args[1])
      return Reflect.apply(write, res, args)
    }) as typeof write
    res.end = ((...args: unknown[]) => {
      if (!this.#isEnded) this.#copy(args[0], args[1])
      this.#isEnded = true
      return Reflect.apply(end, res, args)
    }) as typeof end
    // Headers that are given with the status are not among those that a response tells.
    res.writeHead = ((...args: unknown[]) => {
      const given = args.at(-1)
      if (typeof given === 'object' && given !== null && !Array.isArray(given)) Object.assign(this.#given, given)
      return Reflect.apply(writeHead, res, args)
    }) as typeof writeHead
  }

  #copy(chunk: unknown, encoding: unknown): void {
    const bytes = bytesOf(chunk, encoding)
    if (!bytes || this.#isEnded) return
    this.#size += bytes.length
    if (this.#size <= this.#maxBytes) this.#pieces.push(bytes)
    else this.#pieces = []
  }
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
