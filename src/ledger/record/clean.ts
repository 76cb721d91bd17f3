import { withoutEnds } from './fields.ts'

// Within four-digit years: beyond, ISO texts have a form that PostgreSQL does not read.
const EARLIEST_MS = Date.UTC(1970, 0, 1)

const LATEST_MS = Date.UTC(9999, 11, 31)

const MAX_INT4 = 2_147_483_647

/** Bytes that fit several times into one index entry: PostgreSQL's limit for an entry is 2704. */
export const MAX_ID_BYTES = 384

const MAX_DEPTH = 16
const MAX_STRING = 2048
const MAX_SIZE = 65_536

/**
 * A copy of `value` that PostgreSQL takes as jsonb, whatever a client or provider put into it. Long strings are cut
 * at 2048 characters, as LiteLLM does; beyond 16 levels and 64 KiB the rest is left out. Never throws.
 */
export function cleanJson(value: unknown): unknown {
  return clean(value, 0, { left: MAX_SIZE })
}

interface Room {
  left: number
}

function clean(value: unknown, depth: number, room: Room): unknown {
  room.left -= 8
  if (typeof value === 'string') return cleanString(value, room)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return null
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (depth >= MAX_DEPTH) return null
  return Array.isArray(value) ? cleanArray(value, depth, room) : cleanObject(value, depth, room)
}

function cleanString(value: string, room: Room): string {
  const text = cleanText(value.length > MAX_STRING ? value.slice(0, MAX_STRING) : value)
  room.left -= text.length
  return text
}

function cleanArray(values: readonly unknown[], depth: number, room: Room): unknown[] {
  const cleaned: unknown[] = []
  for (const value of values) {
    if (room.left <= 0) break
    cleaned.push(clean(value, depth + 1, room))
  }
  return cleaned
}

function cleanObject(value: object, depth: number, room: Room): object {
  const members = value as Readonly<Record<string, unknown>>
  const cleaned: Record<string, unknown> = {}
  for (const name of Object.keys(members)) {
    if (room.left <= 0) break
    if (members[name] !== undefined) put(cleaned, cleanString(name, room), clean(members[name], depth + 1, room))
  }
  return cleaned
}

/** A member named `__proto__` is one like any other. */
function put(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

/** What PostgreSQL cannot store as text is taken out: NUL, and halves of surrogate pairs. */
export function cleanText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()
}

/** `value` as text that can stand in an index. Cut on a character; '' when there is none. */
export function cleanId(value: string | undefined, maxBytes = MAX_ID_BYTES): string {
  if (!value) return ''
  const text = withoutEnds(cleanText(value))
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  let end = maxBytes
  while ((bytes.readUInt8(end) & 0b1100_0000) === 0b1000_0000) end--
  return bytes.toString('utf8', 0, end)
}

/** `value` as a count that fits an `integer` column. */
export function cleanCount(value: number | undefined): number {
  return value !== undefined && value > 0 ? Math.min(Math.round(value), MAX_INT4) : 0
}

/** `cost` as dollars, or `undefined` when it is no amount at all. */
export function cleanCost(cost: number | undefined): number | undefined {
  return cost !== undefined && Number.isFinite(cost) && cost >= 0 ? cost : undefined
}

/** The first of `dates` that can be stored. */
export function cleanDate(...dates: readonly (Date | undefined)[]): Date {
  return dates.find(isStorable) ?? new Date()
}

function isStorable(date: Date | undefined): date is Date {
  const ms = date?.getTime() ?? Number.NaN
  return ms >= EARLIEST_MS && ms <= LATEST_MS
}

/** The members of an object as JSON text, without its braces: to be put together with others. '' when there are none. */
export function membersText(object: object): string {
  return JSON.stringify(object).slice(1, -1)
}
