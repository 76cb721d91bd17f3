import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { isLiteLLMError, type LiteLLMError } from '../../../errors.ts'
import type { BodyEdit, Upload, UploadBody } from '../../../types.ts'
import { bodyTooLarge } from '../body/read-body.ts'
import { editedPieces, growthBy } from './body-edits.ts'
import type { FormReader } from './form-reader.ts'

export interface LiveUploadOptions {
  /** What has been read, in order. */
  readonly held: Buffer[]
  readonly reader: FormReader
  readonly maxBytes: number
}

/**
 * An upload of which the beginning, with its field `model`, has been read, and whose rest goes through as fast as the upstream takes it. It can be
 * repeated until something of the rest has been passed on; from then on nothing of it is held.
 */
export class LiveUpload implements Upload {
  readonly #req: IncomingMessage
  readonly #reader: FormReader
  readonly #maxBytes: number
  #held: readonly Buffer[] | undefined
  #bytes: number
  #to: Readable | undefined
  /** `#to` takes more than has come. */
  #awaited = false
  fault: LiteLLMError | undefined

  constructor(req: IncomingMessage, { held, reader, maxBytes }: LiveUploadOptions) {
    this.#req = req
    this.#held = held
    this.#bytes = held.reduce((sum, { length }) => sum + length, 0)
    this.#reader = reader
    this.#maxBytes = maxBytes
    reader.decide()
  }

  get repeatable(): boolean {
    return this.#held !== undefined
  }

  get complete(): boolean {
    return this.#req.complete
  }

  edited(edits: readonly BodyEdit[]): UploadBody {
    const stated = this.#req.headers['content-length']
    return {
      byteLength: stated === undefined ? undefined : Number(stated) + growthBy(edits),
      open: () => this.#open([...editedPieces(this.#held ?? [], edits)]),
    }
  }

  close(): void {
    this.#held = undefined
    this.#detach()
    // Else a client that is still sending, and reads its answer afterwards, would wait for ever.
    this.#req.resume()
  }

  #open(left: Buffer[]): Readable {
    const stream: Readable = new Readable({
      read: () => {
        for (let piece = left.shift(); piece; piece = left.shift()) if (!stream.push(piece)) return
        this.#awaited = true
        this.#pass()
      },
      destroy: (error, done) => {
        if (this.#to === stream) this.#detach()
        done(error)
      },
    })
    this.#detach()
    this.#to = stream
    this.#req.on('readable', this.#pass)
    return stream
  }

  /** What has come, as far as it is waited for. */
  readonly #pass = (): void => {
    const to = this.#to
    while (to && this.#awaited) {
      const bytes: Buffer | null = this.#req.read()
      if (bytes === null) break
      this.#held = undefined
      this.fault = this.#faultOf(bytes)
      if (this.fault) return void to.destroy(this.fault)
      this.#awaited = to.push(bytes)
    }
    if (!to || !this.#awaited || !this.#req.complete) return
    this.#detach()
    to.push(null)
  }

  #faultOf(bytes: Buffer): LiteLLMError | undefined {
    this.#bytes += bytes.length
    if (this.#bytes > this.#maxBytes) return bodyTooLarge(this.#maxBytes)
    try {
      this.#reader.push(bytes)
      return undefined
    } catch (error) {
      if (isLiteLLMError(error)) return error
      throw error
    }
  }

  #detach(): void {
    this.#to = undefined
    this.#awaited = false
    this.#req.off('readable', this.#pass)
  }
}
