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
