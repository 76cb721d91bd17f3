import type { Json } from '../../types.ts'
import type { ErrorPolicy } from './cooldown/error-policy.ts'

/** A number that is not negative, also as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 ? number : undefined
}

/** Seconds in milliseconds. Unlike a timeout, 0 is a value: do not wait. */
export function millisecondsOf(seconds: unknown): number | undefined {
  const number = numberOf(seconds)
  return number === undefined ? undefined : number * 1000
}

export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** The numbers of an object; `undefined` when it is none or has none. */
export function policyOf(value: unknown): ErrorPolicy | undefined {
  const entries = Object.entries(objectOf(value)).flatMap(([name, count]) => {
    const number = numberOf(count)
    return number === undefined ? [] : [[name, number] as const]
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** `value` as an object; anything else is an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
