const QUOTE = 0x22
const BACKSLASH = 0x5c
/** The longest escape, \uXXXX. */
const ESCAPE_BYTES = 6
/** A character of UTF-8 has as many behind its first. */
const MORE_BYTES = 3
/** With so many bytes in hand there is a place to cut. */
const MIN_PIECE_BYTES = 16

/** A long string of JSON text that is parsed piece by piece while it is scanned. Throws SyntaxError. */
export class SplitString {
  /** Of the opening quote. */
  readonly start: number
  /** What has been parsed, once the closing quote has been found. */
  built = ''
  /** Behind the closing quote. */
  end = 0
  readonly #bytes: Buffer
  readonly #parts: string[] = []
  /** Where begins what has not been parsed. Never within an escape or a character. */
  #from: number
  /** The next quote that has not been judged; the length of the bytes when there is none. */
  #quote: number

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes
    this.start = start
    this.#from = start + 1
    this.#quote = this.#quoteFrom(start + 1)
  }

  /** Goes on to `end` or a little further. Where it stopped: behind the closing quote, if that was found. */
  scan(end: number): number {
    const limit = Math.min(Math.max(end, this.#from + MIN_PIECE_BYTES), this.#bytes.length)
    while (this.#quote < limit && isEscaped(this.#bytes, this.#quote, this.#from)) {
      this.#quote = this.#quoteFrom(this.#quote + 1)
    }
    if (this.#quote >= limit) {
      if (limit === this.#bytes.length) throw new SyntaxError('The document ends within a string')
      this.#parse(this.#cutBefore(limit))
      return this.#from
    }
    this.#parse(this.#quote)
    this.built = this.#parts.join('')
    this.end = this.#quote + 1
    return this.end
  }

  #quoteFrom(at: number): number {
    const quote = this.#bytes.indexOf(QUOTE, at)
    return quote < 0 ? this.#bytes.length : quote
  }

  #parse(end: number): void {
    this.#parts.push(JSON.parse(`"${this.#bytes.toString('utf8', this.#from, end)}"`))
    this.#from = end
  }

  /** The last place up to `limit` that is in no escape and in no character of several bytes. */
  #cutBefore(limit: number): number {
    const bytes = this.#bytes
    let cut = limit
    while (cut > limit - MORE_BYTES && (bytes.readUInt8(cut) & 0xc0) === 0x80) cut--
    let backslash = cut - 1
    while (backslash > cut - ESCAPE_BYTES && bytes[backslash] !== BACKSLASH) backslash--
    const isOpen = backslash > cut - ESCAPE_BYTES && !isEscaped(bytes, backslash, this.#from)
    return isOpen ? backslash : cut
  }
}

/** Whether an odd number of backslashes stands before this place, none of them before `from`. */
function isEscaped(bytes: Buffer, at: number, from: number): boolean {
  let slashes = 0
  while (at - slashes > from && bytes[at - 1 - slashes] === BACKSLASH) slashes++
  return slashes % 2 === 1
}
