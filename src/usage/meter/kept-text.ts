/** Output text that was relayed: as much of it as is kept, and how many bytes there were in all. */
export interface RelayedText {
  readonly text: string
  readonly keptBytes: number
  readonly totalBytes: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const FIRST_SIZE = 1024

/**
 * Copies JSON strings out of stream events without parsing them, so that the output of a stream that ends without usage
 * can be counted afterwards. Keeps at most `maxBytes`.
 */
export class KeptText {
  readonly #maxBytes: number
  #kept = Buffer.alloc(0)
  #size = 0
  #total = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Keeps the string that opens at `at`, if one does. Returns where it ends, or `at`. */
  keep(frame: Buffer, at: number): number {
    if (frame[at] !== QUOTE) return at
    const start = at + 1
    const end = stringEnd(frame, start)
    if (end < 0) return at
    if (end > start) this.#add(frame, start, end)
    return end + 1
  }

  /** Bytes of text that were relayed so far, kept or not. */
  get totalBytes(): number {
    return this.#total
  }

  get(): RelayedText {
    return { text: this.#decode(), keptBytes: this.#size, totalBytes: this.#total }
  }

  #add(frame: Buffer, start: number, end: number): void {
    this.#total += end - start
    if (this.#size + (end - start) > this.#maxBytes) return
    if (this.#size + (end - start) > this.#kept.length) this.#grow(end - start)
    this.#size += frame.copy(this.#kept, this.#size, start, end)
  }

  #grow(by: number): void {
    const wanted = Math.max(FIRST_SIZE, this.#kept.length * 2, this.#size + by)
    const grown = Buffer.allocUnsafeSlow(Math.min(wanted, this.#maxBytes))
    this.#kept.copy(grown, 0, 0, this.#size)
    this.#kept = grown
  }

  /** Every piece is a whole JSON string, so together they are one too. */
  #decode(): string {
    const escaped = this.#kept.toString('utf8', 0, this.#size)
    try {
      return JSON.parse(`"${escaped}"`)
    } catch {
      return escaped
    }
  }
}

/** Index of the quote that ends the string, or -1 when the frame ends before. */
function stringEnd(frame: Buffer, start: number): number {
  for (let at = frame.indexOf(QUOTE, start); at >= 0; at = frame.indexOf(QUOTE, at + 1)) {
    let before = at - 1
    while (before >= start && frame[before] === BACKSLASH) before--
    if ((at - before) % 2 === 1) return at
  }
  return -1
}
