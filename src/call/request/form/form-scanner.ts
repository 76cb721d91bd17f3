import { LiteLLMError } from '../../../errors.ts'
import { type PartHead, partHeadOf } from './part-head.ts'

/** A place in a body, in bytes from its beginning. */
export interface Place {
  readonly start: number
  readonly end: number
}

export interface FieldPlaces {
  readonly value: Place
  /** The whole part, from the boundary before it to the line end behind its value. */
  readonly part: Place
}

/** Hears of the parts of a form in the order in which they stand there. What it throws ends the scan. */
export interface FormListener {
  /** `start`: of the boundary before it. */
  onHead(head: PartHead, start: number): void
  /** A text field. The value of one that is too long to be a setting is not told. */
  onField(name: string, value: string | undefined, places: FieldPlaces): void
  /** Bytes of a file. */
  onFile(bytes: Buffer): void
}

/** A field that says more than this is no name and no setting. */
const MAX_FIELD_BYTES = 64 << 10
const MAX_PARTS = 1_000
const MAX_HEAD_BYTES = 16 << 10
/** White space that may stand behind a boundary (RFC 2046, 5.1.1); no client sends more. */
const MAX_PADDING_BYTES = 256
const LINE = '\r\n'
const END_OF_HEAD = Buffer.from(LINE + LINE)
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i

/** The boundary that a content type names. */
export function boundaryOf(contentType: string): string | undefined {
  const found = BOUNDARY.exec(contentType)
  return found?.[1] ?? found?.[2]
}

/**
 * Finds the parts of a multipart body (RFC 7578) by its boundaries, in whatever pieces it comes. Keeps no more of it than
 * one field, or as much of a file as may be a boundary. What is malformed is simply not found: the upstream will say so.
 * Throws `bad_request` for a form whose fields the upstream might read otherwise.
 */
export class FormScanner {
  readonly #delimiter: Buffer
  readonly #listener: FormListener
  /** Not yet judged. Begins with a line end, so that a boundary at the very beginning is one like all others. */
  #left: Buffer = Buffer.from(LINE)
  /** Where `#left` begins, in the body. */
  #at = -LINE.length
  #step: 'value' | 'head' | 'end' = 'value'
  #part: PartHead | undefined
  #partStart = 0
  /** Where the boundary in front of the part begins. */
  #boundaryStart = 0
  #value: Buffer[] = []
  #valueBytes = 0
  #parts = 0

  constructor(boundary: string, listener: FormListener) {
    this.#delimiter = Buffer.from(`${LINE}--${boundary}`)
    this.#listener = listener
  }

  push(bytes: Buffer): void {
    if (this.#step === 'end') return
    this.#left = this.#passesSeam(bytes) ? bytes : Buffer.concat([this.#left, bytes])
    while (this.#step === 'value' ? this.#readValue() : this.#step === 'head' && this.#readHead());
  }

  /**
   * Whether no delimiter begins in what is left, which is given on then: a large file is looked through where it lies. To
   * join its pieces first would copy all of it.
   */
  #passesSeam(bytes: Buffer): boolean {
    const reach = this.#delimiter.length - 1
    if (this.#left.length === 0) return true
    if (this.#step !== 'value' || this.#left.length > reach || bytes.length < reach) return false
    if (Buffer.concat([this.#left, bytes.subarray(0, reach)]).includes(this.#delimiter)) return false
    this.#take(this.#left.length)
    return true
  }

  /** Up to the next delimiter. The preamble is a value of no part. */
  #readValue(): boolean {
    const found = this.#left.indexOf(this.#delimiter)
    this.#take(found < 0 ? Math.max(0, this.#left.length - this.#delimiter.length + 1) : found)
    if (found < 0) return false
    const kind = this.#kindOfDelimiter()
    if (kind === 'unknown') return false
    if (kind === 'none') {
      this.#take(LINE.length)
      return true
    }
    this.#endPart()
    this.#boundaryStart = this.#at + LINE.length
    this.#drop(this.#delimiter.length)
    this.#step = kind
    return true
  }

  /** What stands at the beginning of what is left: a line may begin with a boundary and go on otherwise. */
  #kindOfDelimiter(): 'head' | 'end' | 'none' | 'unknown' {
    const after = this.#left.toString(
      'latin1',
      this.#delimiter.length,
      this.#delimiter.length + MAX_PADDING_BYTES + LINE.length,
    )
    if (/^[ \t]*\r\n/.test(after)) return 'head'
    if (after.startsWith('--')) return 'end'
    return /^(?:-|[ \t]*\r?)$/.test(after) && after.length <= MAX_PADDING_BYTES ? 'unknown' : 'none'
  }

  #take(length: number): void {
    const from = Math.max(0, this.#partStart - this.#at)
    if (this.#part && length > from) this.#give(this.#part, this.#left.subarray(from, length))
    this.#drop(length)
  }

  #give({ isFile, name }: PartHead, bytes: Buffer): void {
    if (isFile) return void this.#listener.onFile(bytes)
    this.#valueBytes += bytes.length
    if (name !== undefined && this.#valueBytes <= MAX_FIELD_BYTES) this.#value.push(bytes)
    else this.#value = []
  }

  #endPart(): void {
    const part = this.#part
    if (part?.name !== undefined && !part.isFile) {
      const isSetting = this.#valueBytes <= MAX_FIELD_BYTES
      const end = this.#partStart + this.#valueBytes
      this.#listener.onField(part.name, isSetting ? Buffer.concat(this.#value).toString('utf8') : undefined, {
        value: { start: this.#partStart, end },
        part: { start: this.#boundaryStart, end: end + LINE.length },
      })
    }
    this.#part = undefined
    this.#value = []
    this.#valueBytes = 0
  }

  #readHead(): boolean {
    const end = this.#left.indexOf(END_OF_HEAD)
    // SECURITY: a field behind what we do not read might name another model, or another user, to the upstream.
    if ((end < 0 ? this.#left.length : end) > MAX_HEAD_BYTES) throw unreadable('a part whose head is too long')
    if (end < 0) return false
    if (++this.#parts > MAX_PARTS) throw unreadable(`more than ${MAX_PARTS} parts`)
    const head = this.#left.subarray(0, end + LINE.length)
    if (head.includes(this.#delimiter)) throw unreadable('a part without an end of its head')
    this.#part = partHeadOf(head.toString('utf8'))
    this.#listener.onHead(this.#part, this.#boundaryStart)
    // The second line end stays: in front of a delimiter it belongs to that, and the value is empty.
    this.#partStart = this.#at + end + END_OF_HEAD.length
    this.#drop(end + LINE.length)
    this.#step = 'value'
    return true
  }

  #drop(length: number): void {
    this.#left = this.#left.subarray(length)
    this.#at += length
  }
}

function unreadable(what: string): LiteLLMError {
  return new LiteLLMError('bad_request', { message: `The form has ${what}.` })
}
