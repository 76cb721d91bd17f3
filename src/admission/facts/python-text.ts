/*
 * LiteLLM's messages are Python's text of values. Clients compare them, so ours are the same.
 */

/** `str(float)`: 10 is "10.0", 0.00001 is "1e-05". */
export function pythonFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return withTwoDigits(value.toExponential())
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** Python's exponents have two digits at least. */
function withTwoDigits(text: string): string {
  const sign = text.at(-2)
  return sign === '-' || sign === '+' ? `${text.slice(0, -1)}0${text.slice(-1)}` : text
}

/** `repr(list[str])`: `['gpt-4', "it's"]`. */
export function pythonList(values: readonly string[]): string {
  return `[${values.map(pythonString).join(', ')}]`
}

/** `str(datetime)` in UTC: "2026-02-16 12:00:00+00:00". */
export function pythonDate(value: Date): string {
  const [day = '', time = ''] = value.toISOString().slice(0, -1).split('T')
  const [seconds = '', millis = '000'] = time.split('.')
  return `${day} ${seconds}${millis === '000' ? '' : `.${millis}000`}+00:00`
}

export function pythonString(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  return `${quote}${value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`
}
