import type { UploadedFile } from '../types.ts'

const HEAD_BYTES = 4 << 20
const TAIL_BYTES = 1 << 20

/** Keeps the beginning and the end of a file that passes. */
export class FileSample implements UploadedFile {
  byteLength = 0
  readonly #head: Buffer[] = []
  #headBytes = 0
  readonly #tail: Buffer[] = []
  #tailBytes = 0

  push(bytes: Buffer): void {
    this.byteLength += bytes.length
    if (this.#headBytes < HEAD_BYTES) {
      this.#head.push(bytes.subarray(0, HEAD_BYTES - this.#headBytes))
      this.#headBytes += this.#head.at(-1)!.length
    }
    this.#tail.push(bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)))
    this.#tailBytes += this.#tail.at(-1)!.length
    while (this.#tailBytes - this.#tail[0]!.length >= TAIL_BYTES) this.#tailBytes -= this.#tail.shift()!.length
  }

  get head(): Buffer {
    return inOnePiece(this.#head)
  }

  get tail(): Buffer {
    return inOnePiece(this.#tail)
  }
}

/** Joined once, and kept in one piece. */
function inOnePiece(pieces: Buffer[]): Buffer {
  if (pieces.length !== 1) pieces.splice(0, pieces.length, Buffer.concat(pieces))
  return pieces[0]!
}
