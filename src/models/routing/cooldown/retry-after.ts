/**
 * How long an upstream asks to be left alone, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as an HTTP
 * date (RFC 9110, 10.2.3). `undefined` when it does not say, says nonsense, or names a time that has passed.
 */
export function retryAfterMsOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): number | undefined {
  const exact = numberOf(headers['retry-after-ms'])
  if (exact !== undefined) return positive(exact)
  const seconds = numberOf(headers['retry-after'])
  if (seconds !== undefined) return positive(seconds * 1000)
  return positive(Date.parse(textOf(headers['retry-after'])) - now)
}

function numberOf(value: string | readonly string[] | undefined): number | undefined {
  const text = textOf(value).trim()
  const number = Number(text)
  return text === '' || Number.isNaN(number) ? undefined : number
}

function textOf(value: string | readonly string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.[0]) ?? ''
}

function positive(ms: number): number | undefined {
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined
}
