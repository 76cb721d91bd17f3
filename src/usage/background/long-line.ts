import { concat, dropFirst } from '../../lib/lists.ts'
import type { Json } from '../../types.ts'
import { lastMember } from '../meter/last-member.ts'

/** What names a model and the request that is answered stands at the beginning of a line. */
const HEAD_BYTES = 64 << 10
/** What says the usage stands at its end. */
const TAIL_BYTES = 64 << 10

/** What can be known of a line of a batch that is too long to be parsed: an answer of images or embeddings. */
export interface LongLine {
  readonly customId: string | undefined
  readonly model: string | undefined
  /** `undefined`: it does not stand where it was looked for. */
  readonly usage: Json | undefined
  /** Its length. */
  readonly bytes: number
  /** The answer is an error. */
  readonly failed: boolean
}

/** Reads a line by its beginning and its end, piece by piece, and holds no more of it. */
export class LongLineReader {
  #head: Buffer[] = []
  #headBytes = 0
  #tail: Buffer[] = []
  #tailBytes = 0
  #bytes = 0

  push(piece: Buffer): void {
    this.#bytes += piece.length
    if (this.#headBytes < HEAD_BYTES) {
      const kept = Buffer.from(piece.subarray(0, HEAD_BYTES - this.#headBytes))
      this.#head.push(kept)
      this.#headBytes += kept.length
    }
    this.#tail.push(piece)
    this.#tailBytes = dropFirst(this.#tail, this.#tailBytes + piece.length, TAIL_BYTES)
  }

  /** The line is over; the next piece begins another one. */
  end(): LongLine {
    const head = concat(this.#head).toString('utf8')
    const tail = concat(this.#tail)
    const bytes = this.#bytes
    this.#head = []
    this.#tail = []
    this.#headBytes = 0
    this.#tailBytes = 0
    this.#bytes = 0
    return {
      bytes,
      customId: textMember(head, 'custom_id') ?? textMember(tail.toString('utf8'), 'custom_id'),
      model: textMember(head, 'model') ?? textMember(tail.toString('utf8'), 'model'),
      usage: usageIn(tail),
      failed: Number(/"status_code"\s*:\s*(\d{3})/.exec(head)?.[1] ?? 200) >= 300,
    }
  }
}

/** Within a text its quotes would be escaped. */
function textMember(json: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,512})"`).exec(json)?.[1]
}

function usageIn(tail: Buffer): Json | undefined {
  try {
    return JSON.parse(lastMember(tail, 'usage')?.toString('utf8') ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
