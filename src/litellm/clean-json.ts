import { cleanText } from './clean-text.ts'

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
