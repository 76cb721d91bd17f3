import { LiteLLMError } from '../../../errors.ts'
import type { MaybePromise } from '../../../lib/maybe-promise.ts'
import { ownTurn, TURN_BYTES } from '../../../lib/own-turn.ts'
import { type GuardedNames, MAX_GUARDED_BYTES } from './guarded-names.ts'
import { isBlank, SplitContainer, SplitString } from './split-values.ts'

/** More than any API takes. Python, and with it LiteLLM, gives up at about 1,000 levels, protobuf at 100. */
const MAX_DEPTH = 128
/** Members and elements, at all levels. Embeddings of token arrays have a few hundred thousand. */
const MAX_VALUES = 1_000_000
/** Of them, all but numbers, with the names of members. Translations and checks go through these in one turn. */
const MAX_TEXTS = 400_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * Goes through JSON text once, byte by byte, with a bound on its depth and its number of values, and parses on its way
 * what has become long enough; so that no single step takes long, whatever the text is. Shows the names of the top-level
 * members to `names`.
 */
export class JsonScanner {
  readonly #bytes: Buffer
  readonly #pieceBytes: number
  readonly #names: GuardedNames
  readonly #open: SplitContainer[] = []
  #root: SplitContainer | undefined
  #at = 0
  /** The string in which it is. */
  #long: SplitString | undefined
  #values = 0
  #texts = 0

  /** `pieceBytes`: a container or a string that is longer is parsed in pieces of about this length. */
  constructor(bytes: Buffer, pieceBytes: number, names: GuardedNames) {
    this.#bytes = bytes
    this.#pieceBytes = pieceBytes
    this.#names = names
  }

  /** Goes on for about `budget` bytes. Whether it has come to the end. Throws `body_too_complex`, or SyntaxError. */
  scan(budget: number): boolean {
    const bytes = this.#bytes
    const end = Math.min(this.#at + budget, bytes.length)
    let at = this.#at
    if (this.#long) at = this.#longString(this.#long, end)
    for (; at < end && !this.#long; at++) {
      const byte = bytes[at]
      if (byte === QUOTE) at = this.#string(at, end)
      else if (byte === COMMA) this.#comma(at)
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#enter(at, byte)
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#leave(at, byte)
    }
    this.#at = at
    return at >= bytes.length && !this.#long
  }

  /** The parsed document, once `scan` has come to the end. Throws SyntaxError. */
  value(): unknown {
    const root = this.#root
    if (!root?.built) return JSON.parse(this.#bytes.toString('utf8'))
    if (this.#open.length > 0) throw new SyntaxError('The document ends early')
    const isAlone = isBlank(this.#bytes, 0, root.start) && isBlank(this.#bytes, root.end, this.#bytes.length)
    if (!isAlone) throw new SyntaxError('Text around the document')
    return root.built
  }

  /** Returns the last place that it has gone through: the closing quote, unless the string is long. */
  #string(start: number, until: number): number {
    this.#countText()
    const container = this.#open.at(-1)
    const isValue = container !== undefined && !container.takesName
    const end = endOfString(this.#bytes, start, isValue ? start + this.#pieceBytes : Number.POSITIVE_INFINITY)
    if (end === undefined) {
      const long = new SplitString(this.#bytes, start)
      this.#long = long
      return this.#longString(long, until) - 1
    }
    if (!container?.takesName) return end
    container.name(start, end + 1)
    const isTop = this.#open.length === 1
    if (isTop && end - start <= MAX_GUARDED_BYTES) this.#names.see(this.#bytes.toString('utf8', start + 1, end))
    return end
  }

  /** Goes on within a long string. Returns where what follows begins. */
  #longString(string: SplitString, until: number): number {
    const at = string.scan(until)
    if (string.end === 0) return at
    this.#long = undefined
    this.#open.at(-1)?.adopt(string)
    return at
  }

  #comma(at: number): void {
    this.#count()
    this.#open.at(-1)?.comma(at, this.#pieceBytes)
  }

  #enter(at: number, byte: number): void {
    this.#count()
    this.#countText()
    if (this.#open.length === MAX_DEPTH) throw tooComplex(`is nested deeper than ${MAX_DEPTH} levels`)
    if (this.#root && this.#open.length === 0) throw new SyntaxError('A second document')
    const container = new SplitContainer(this.#bytes, at, byte === OPEN_BRACE)
    this.#root ??= container
    this.#open.push(container)
  }

  #leave(at: number, byte: number): void {
    const container = this.#open.pop()
    if (container?.isObject !== (byte === CLOSE_BRACE)) throw new SyntaxError('A bracket without its pair')
    container.close(at)
    if (container.built) this.#open.at(-1)?.adopt(container)
  }

  #countText(): void {
    if (++this.#texts > MAX_TEXTS) throw tooComplex(`has more than ${MAX_TEXTS} texts, lists and objects`)
  }

  #count(): void {
    if (++this.#values > MAX_VALUES) throw tooComplex(`has more than ${MAX_VALUES} values`)
  }
}

/**
 * Where the closing quote is, behind the end when there is none; `undefined` if it is not before `limit`. A string
 * without escapes is searched natively.
 */
function endOfString(bytes: Buffer, start: number, limit: number): number | undefined {
  const quote = bytes.indexOf(QUOTE, start + 1)
  const first = quote < 0 ? bytes.length : quote
  if (first > limit) return undefined
  if (quote < 0 || bytes[quote - 1] !== BACKSLASH) return first
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) {
    if (at > limit) return undefined
    at += bytes[at] === BACKSLASH ? 2 : 1
  }
  return at
}

function tooComplex(problem: string): LiteLLMError {
  return new LiteLLMError('body_too_complex', { message: `The request body ${problem}.` })
}

/**
 * Parses JSON text of any size without holding up other requests: what is long is parsed in pieces, and the event loop
 * turns between them. Throws `body_too_complex`, before anything of it is parsed at once, for what is nested too deep or
 * has too many values; SyntaxError for what is not JSON.
 */
export function parseJson(bytes: Buffer, names: GuardedNames): MaybePromise<unknown> {
  const scanner = new JsonScanner(bytes, TURN_BYTES, names)
  if (bytes.length > TURN_BYTES) return inTurns(scanner)
  scanner.scan(bytes.length)
  return scanner.value()
}

/** The names in JSON text that an app's parser has read already. What is no JSON has none. */
export function seeNames(bytes: Buffer, names: GuardedNames): void {
  try {
    new JsonScanner(bytes, Number.POSITIVE_INFINITY, names).scan(bytes.length)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
}

async function inTurns(scanner: JsonScanner): Promise<unknown> {
  do await ownTurn()
  while (!scanner.scan(TURN_BYTES))
  return scanner.value()
}
