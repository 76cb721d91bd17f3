import type { Call, Deployment, Json } from '../types.ts'

const QUOTE = 0x22

const BACKSLASH = 0x5c

const COLON = 0x3a

const COMMA = 0x2c

const OPEN_BRACE = 0x7b

const CLOSE_BRACE = 0x7d

const OPEN_BRACKET = 0x5b

const CLOSE_BRACKET = 0x5d

/**
 * Changes some top-level members of a JSON object and leaves every other byte as it is: big integers, key order, white
 * space and escapes survive, which a parse and a re-serialisation would not grant. `changes` maps names to JSON text;
 * `undefined` takes a member out. `json` must hold a valid JSON object.
 */
export function editJson(json: Buffer, changes: ReadonlyMap<string, string | undefined>): Buffer {
  const members = membersOf(json)
  const pieces: Buffer[] = []
  let copied = startOfMembers(json)
  let first = true
  pieces.push(json.subarray(0, copied))
  for (const member of members) {
    const gone = changes.has(member.name) && changes.get(member.name) === undefined
    if (!gone) pieces.push(...textOf(json, member, changes.get(member.name), copied, first))
    if (!gone) first = false
    copied = member.end
  }
  for (const name of missing(members, changes)) {
    pieces.push(Buffer.from(`${first ? '' : ','}${JSON.stringify(name)}:${changes.get(name)}`))
    first = false
  }
  pieces.push(json.subarray(copied))
  return Buffer.concat(pieces)
}

/** A member with what stands before it, but for a comma that a removed predecessor has left behind. */
function textOf(json: Buffer, member: Member, text: string | undefined, from: number, first: boolean): Buffer[] {
  const lead = first && member.comma >= 0 ? member.comma + 1 : from
  if (text === undefined) return [json.subarray(lead, member.end)]
  return [json.subarray(lead, member.start), Buffer.from(text)]
}

function missing(members: readonly Member[], changes: ReadonlyMap<string, string | undefined>): readonly string[] {
  const present = new Set(members.map(({ name }) => name))
  return [...changes.keys()].filter((name) => changes.get(name) !== undefined && !present.has(name))
}

/** A top-level member of a JSON object, as places in its bytes. */
interface Member {
  readonly name: string
  /** The comma before it, or -1. */
  readonly comma: number
  /** Of the value. */
  readonly start: number
  readonly end: number
}

/** Where the members of the object begin: behind its brace. */
function startOfMembers(json: Buffer): number {
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
  while (isSpace(json[at])) at++
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte !== undefined && byte <= 0x20
}

function endOfString(json: Buffer, open: number): number {
  const quote = json.indexOf(QUOTE, open + 1)
  if (json[quote - 1] !== BACKSLASH) return quote + 1
  // A text with escapes may have one in every second byte: to search for each quote takes three times as long.
  let at = open + 1
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at + 1
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start]
  if (first === QUOTE) return endOfString(json, start)
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(json, start)
  let at = start
  while (at < json.length && json[at] !== COMMA && json[at] !== CLOSE_BRACE && !isSpace(json[at])) at++
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

/**
 * The body to send upstream: the client's own bytes, and where the model's name or a member of `prepared` must differ,
 * or a member is meant for the gateway alone, exactly those members changed.
 */
export function requestBodyOf(
  call: Call,
  deployment: Deployment,
  prepared: Json,
  gatewayMembers: ReadonlySet<string>,
): Buffer | undefined {
  if (!call.json || !call.body) return call.body
  const changes = new Map<string, string | undefined>(call.extraBody ? extraMembers(call.body, call.extraBody) : [])
  for (const name in prepared) {
    if (prepared[name] !== call.json[name]) changes.set(name, JSON.stringify(prepared[name]))
  }
  for (const name in call.json) {
    if (gatewayMembers.has(name) || !Object.hasOwn(prepared, name)) changes.set(name, undefined)
  }
  if (call.json.model !== undefined && call.json.model !== deployment.model) {
    changes.set('model', JSON.stringify(deployment.model))
  }
  return changes.size === 0 ? call.body : editJson(call.body, changes)
}

/** What `extra_body` adds, each member as its own bytes, and that it is gone itself. */
function extraMembers(body: Buffer, extraBody: Json): [string, string | undefined][] {
  const extra = membersOf(body).findLast(({ name }) => name === 'extra_body')
  if (!extra) return []
  const json = body.subarray(extra.start, extra.end)
  const added = membersOf(json).filter(({ name }) => Object.hasOwn(extraBody, name))
  return [
    ['extra_body', undefined],
    ...added.map(({ name, start, end }): [string, string] => [name, json.toString('utf8', start, end)]),
  ]
}
