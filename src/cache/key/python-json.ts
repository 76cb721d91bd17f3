import { pythonFloat } from '../../admission/facts/python-text.ts'

/*
 * LiteLLM hashes Python's text of the values in a request. JavaScript's own values do not have it any more: 1.0 is 1 there,
 * long integers are rounded, and names that look like numbers come first. So the text is made from the JSON itself.
 */

/** One value of a request. */
export interface PythonValue {
  /** Python's `str()` of it: of a text the text itself, of everything else its `repr()`. */
  readonly text: string
  /** The JSON it was made from. */
  readonly json: string
}

/** Deeper bodies are not keyed. */
const MAX_DEPTH = 200

const SPACE = /[ \t\n\r]*/y
/** A text without escapes, and one of any kind. */
const PLAIN_STRING = /"[^"\\\p{Cc}]*"/uy
const STRING = /"(?:[^"\\]|\\.)*"/suy
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const WORDS: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' }

/** Texts whose `repr()` is the text between quotes. */
const BARE = /^[ -&(-[\]-~]*$/
/** What `repr()` writes as an escape: control characters, separators, surrogates, and what Unicode has not assigned. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const SURROGATE = /\p{Surrogate}/u

/** LiteLLM's parser reads integers beyond 64 bits as floats. */
const MOST_INTEGER = 2n ** 64n - 1n
const LEAST_INTEGER = -(2n ** 63n)
const SURELY_SHORT = 18

/**
 * The members of a JSON object in the order in which Python has them, or `undefined` where Python's text of them cannot be
 * known: it is no object, nested too deep, or holds what LiteLLM could not hash.
 */
export function pythonMembers(json: string): ReadonlyMap<string, PythonValue> | undefined {
  return reading(json, (reader) => reader.members())
}

/** The items of a JSON list; `undefined` as above. */
export function pythonItems(json: string): readonly PythonValue[] | undefined {
  return reading(json, (reader) => reader.items())
}

/** `repr(str)`. */
export function pythonRepr(text: string): string {
  if (BARE.test(text)) return `'${text}'`
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replace(UNPRINTABLE, escapeOf)
  return quote + escaped + quote
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code <= 0xff) return SHORT_ESCAPES[character] ?? `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

class Unkeyable extends Error {}

function reading<T>(json: string, read: (reader: JsonReader) => T): T | undefined {
  try {
    const reader = new JsonReader(json)
    const found = read(reader)
    reader.end()
    return found
  } catch (error) {
    if (error instanceof Unkeyable) return undefined
    throw error
  }
}

class JsonReader {
  readonly #json: string
  #at = 0
  #depth = 0

  constructor(json: string) {
    this.#json = json
  }

  members(): ReadonlyMap<string, PythonValue> {
    // As in a Python dict, a name that comes again keeps its place and gets the last value.
    const members = new Map<string, PythonValue>()
    this.#each('{', '}', () => {
      const name = this.#string()
      this.#expect(':')
      members.set(name, this.#valueOf())
    })
    return members
  }

  items(): readonly PythonValue[] {
    const items: PythonValue[] = []
    this.#each('[', ']', () => items.push(this.#valueOf()))
    return items
  }

  end(): void {
    this.#take(SPACE)
    if (this.#at !== this.#json.length) throw new Unkeyable()
  }

  #valueOf(): PythonValue {
    this.#take(SPACE)
    const start = this.#at
    const text = this.#json[start] === '"' ? this.#string() : this.#repr()
    return { text, json: this.#json.slice(start, this.#at) }
  }

  #repr(): string {
    this.#take(SPACE)
    switch (this.#json[this.#at]) {
      case '"':
        return pythonRepr(this.#string())
      case '{':
        return this.#dict()
      case '[': {
        const items: string[] = []
        this.#each('[', ']', () => items.push(this.#repr()))
        return `[${items.join(', ')}]`
      }
      default: {
        const word = this.#take(WORD)
        return word === undefined ? this.#number() : WORDS[word]!
      }
    }
  }

  #dict(): string {
    const members = new Map<string, string>()
    this.#each('{', '}', () => {
      const name = this.#string()
      this.#expect(':')
      members.set(name, this.#repr())
    })
    return `{${Array.from(members, ([name, value]) => `${pythonRepr(name)}: ${value}`).join(', ')}}`
  }

  #each(open: string, close: string, read: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new Unkeyable()
    this.#expect(open)
    this.#take(SPACE)
    if (this.#json[this.#at] === close) this.#at++
    else {
      do read()
      while (this.#isNext(','))
      this.#expect(close)
    }
    this.#depth--
  }

  #string(): string {
    this.#take(SPACE)
    const plain = this.#take(PLAIN_STRING)
    const text = plain === undefined ? parsedText(this.#take(STRING)) : plain.slice(1, -1)
    // It has no form in UTF-8: LiteLLM cannot hash it either.
    if (SURROGATE.test(text)) throw new Unkeyable()
    return text
  }

  #number(): string {
    const text = this.#take(NUMBER)
    if (text === undefined) throw new Unkeyable()
    return numberText(text)
  }

  #isNext(character: string): boolean {
    this.#take(SPACE)
    if (this.#json[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string): void {
    if (!this.#isNext(character)) throw new Unkeyable()
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#json) ?? []
    if (found !== undefined) this.#at = pattern.lastIndex
    return found
  }
}

function parsedText(json: string | undefined): string {
  if (json === undefined) throw new Unkeyable()
  try {
    return JSON.parse(json) as string
  } catch {
    throw new Unkeyable()
  }
}

/** Python's text of a JSON number. */
function numberText(json: string): string {
  const isInteger = /^-?\d+$/.test(json)
  if (isInteger && json.length <= SURELY_SHORT) return json === '-0' ? '0' : json
  if (isInteger) {
    const integer = BigInt(json)
    if (integer >= LEAST_INTEGER && integer <= MOST_INTEGER) return integer.toString()
  }
  const value = Number(json)
  if (!Number.isFinite(value)) throw new Unkeyable()
  return Object.is(value, -0) ? '-0.0' : pythonFloat(value)
}
