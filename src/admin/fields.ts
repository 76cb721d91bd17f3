import { z } from 'zod'

/*
 * The kinds of members in the bodies of requests. All may be absent, which leaves things as they are, or null, which
 * clears them. Like LiteLLM's own they take numbers and truth values that come as text.
 */

const MAX_NAME = 1_024

/** An id or a name: it stands in an index. */
export const text = z.string().max(MAX_NAME).nullish()
/** An id where an empty one means none. */
export const id = z.preprocess((value) => (value === '' ? null : value), text)
export const longText = z.string().nullish()
export const money = z.preprocess(toNumber, z.number().nullish())
export const int = z.preprocess(toNumber, z.number().int().nullish())
export const bool = z.preprocess(toBoolean, z.boolean().nullish())
export const texts = z.array(z.string().max(MAX_NAME)).nullish()
export const dict = z.record(z.string(), z.unknown()).nullish()
export const dicts = z.array(z.record(z.string(), z.unknown())).nullish()
export const anything = z.unknown().optional()

/** Members that have to be there. */
export const needed = {
  text: z.string().min(1).max(MAX_NAME),
  texts: z.array(z.string().max(MAX_NAME)),
}

function toNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : value
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ true: true, '1': true, yes: true, on: true },
  ...{ false: false, '0': false, no: false, off: false },
}

function toBoolean(value: unknown): unknown {
  return typeof value === 'string' ? (BOOLEANS[value.toLowerCase()] ?? value) : value
}
