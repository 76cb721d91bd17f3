/** What stands in parsed JSON that anybody may have written. */
type Members = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value` as an object; anything else is an empty one. */
export function object(value: unknown): Members {
  return isObject(value) ? value : {}
}

/** The objects in `value`, if it is a list. */
export function objects(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
}

/** `value` as a text that says something. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
