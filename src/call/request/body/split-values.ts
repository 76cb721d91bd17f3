const COMMA = 0x2c
const COLON = 0x3a
const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d])

/** A value that was parsed apart from what it stands in. */
interface ParsedApart {
  readonly start: number
  readonly end: number
  readonly built?: unknown
}

/**
 * An array or object of JSON text that is parsed piece by piece while it is scanned. Until it has become long enough it
 * stays unparsed, a part of what it stands in. `JSON.parse` checks every piece; what stands between the pieces is checked
 * here. Throws SyntaxError.
 */
export class SplitContainer {
  readonly isObject: boolean
  /** Of the opening bracket. */
  readonly start: number
  /** What has been parsed; `undefined` while nothing has. */
  built: unknown[] | Record<string, unknown> | undefined
  /** Behind the closing bracket. */
  end = 0
  /** Of an object: the next string is a name. */
  takesName: boolean
  readonly #bytes: Buffer
  /** Where begins what has not been parsed. */
  #from: number
  /** Just before `#from` ends a value that was parsed apart: only a comma may follow. */
  #wantsComma = false
  #nameStart = -1
  #nameEnd = -1

  constructor(bytes: Buffer, start: number, isObject: boolean) {
    this.#bytes = bytes
    this.start = start
    this.#from = start + 1
    this.isObject = isObject
    this.takesName = isObject
  }

  name(start: number, end: number): void {
    this.#nameStart = start
    this.#nameEnd = end
    this.takesName = false
  }

  /** A comma between two of its values. What is longer than `pieceBytes` by now is parsed. */
  comma(at: number, pieceBytes: number): void {
    this.takesName = this.isObject
    if (this.#wantsComma) this.#endOfAdopted(at)
    else if (at - this.#from > pieceBytes) this.#parse(at)
    else return
    this.#wantsComma = false
    this.#from = at + 1
  }

  close(at: number): void {
    this.end = at + 1
    if (!this.built) return
    if (this.#wantsComma) this.#endOfAdopted(at)
    else this.#parse(at)
  }

  /** Takes a value that was parsed apart, with what stands before it. */
  adopt(value: ParsedApart): void {
    const before = this.isObject ? this.#nameStart : value.start
    if (before < this.#from || this.#wantsComma) throw new SyntaxError('A value where none belongs')
    let last = before - 1
    while (last >= this.#from && SPACES.has(this.#bytes[last])) last--
    if (last < this.#from) this.built ??= this.isObject ? {} : []
    else if (this.#bytes[last] === COMMA) this.#parse(last)
    else throw new SyntaxError('A comma is missing')
    if (Array.isArray(this.built)) this.built.push(value.built)
    else this.#define(this.#nameBefore(value.start), value.built)
    this.#from = value.end
    this.#wantsComma = true
  }

  #nameBefore(value: number): string {
    const colon = this.#bytes.indexOf(COLON, this.#nameEnd)
    if (!isBlank(this.#bytes, this.#nameEnd, colon) || !isBlank(this.#bytes, colon + 1, value)) {
      throw new SyntaxError('A colon is missing')
    }
    return JSON.parse(this.#bytes.toString('utf8', this.#nameStart, this.#nameEnd))
  }

  /** What stands before a comma, or before the end: at least one value. */
  #parse(end: number): void {
    const text = this.#bytes.toString('utf8', this.#from, end)
    const piece = JSON.parse(this.isObject ? `{${text}}` : `[${text}]`)
    if (isEmpty(piece)) throw new SyntaxError('A value is missing')
    if (!this.built) this.built = piece
    else if (Array.isArray(this.built)) for (const value of piece) this.built.push(value)
    else for (const name of Object.keys(piece)) this.#define(name, piece[name])
  }

  /** As `JSON.parse` does it: a member `__proto__` is one like others. */
  #define(name: string, value: unknown): void {
    Object.defineProperty(this.built, name, { value, writable: true, enumerable: true, configurable: true })
  }

  #endOfAdopted(at: number): void {
    if (!isBlank(this.#bytes, this.#from, at)) throw new SyntaxError('Text between two values')
  }
}

function isEmpty(container: object): boolean {
  for (const _ in container) return false
  return true
}

/** Whether nothing but white space stands there. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!SPACES.has(bytes[at])) return false
  return start <= end
}

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
