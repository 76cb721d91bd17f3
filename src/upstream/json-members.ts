/** A top-level member of a JSON object, as places in its bytes. */
export interface Member {
  readonly name: string
  /** The comma before it, or -1. */
  readonly comma: number
  /** Of the value. */
  readonly start: number
  readonly end: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** Where the members of the object begin: behind its brace. */
export function startOfMembers(json: Buffer): number {
  return json.indexOf(OPEN_BRACE) + 1
}

/** The top-level members of a valid JSON object, in their order. Values are skipped, not parsed. */
export function membersOf(json: Buffer): Member[] {
  const members: Member[] = []
  let comma = -1
  let at = skipSpace(json, startOfMembers(json))
  while (json[at] === QUOTE) {
    const nameEnd = endOfString(json, at)
    const name = JSON.parse(json.toString('utf8', at, nameEnd)) as string
    const start = skipSpace(json, json.indexOf(COLON, nameEnd) + 1)
    const end = endOfValue(json, start)
    members.push({ name, comma, start, end })
    comma = skipSpace(json, end)
    if (json[comma] !== COMMA) break
    at = skipSpace(json, comma + 1)
  }
  return members
}

function skipSpace(json: Buffer, from: number): number {
  let at = from
  while (json[at]! <= 0x20) at++
  return at
}

function endOfString(json: Buffer, open: number): number {
  let close = json.indexOf(QUOTE, open + 1)
  while (isEscaped(json, close)) close = json.indexOf(QUOTE, close + 1)
  return close + 1
}

function isEscaped(json: Buffer, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === BACKSLASH) slashes++
  return slashes % 2 === 1
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start]
  if (first === QUOTE) return endOfString(json, start)
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(json, start)
  let at = start
  while (json[at] !== COMMA && json[at] !== CLOSE_BRACE && json[at]! > 0x20) at++
  return at
}

function endOfNested(json: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < json.length; at++) {
    const byte = json[at]
    if (byte === QUOTE) at = endOfString(json, at) - 1
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1
  }
  return json.length
}
