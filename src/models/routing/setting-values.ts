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
