const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/

/** Node's timers hold 31 bits: anything longer would fire at once. */
export const LONGEST_MS = 2 ** 31 - 1

/**
 * Milliseconds of a duration with its units: `500ms`, `10s`, `5m`, `1h`, `30d`, `2w`, and sums such as `1h30m`.
 * `undefined` for everything else, a number without a unit included.
 */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim()
  if (!WHOLE.test(compact)) return undefined
  const parts = [...compact.matchAll(PART)]
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS], 0)
}

/** Milliseconds of a duration in LiteLLM's own settings, where a number without a unit means seconds. */
export function parseSeconds(value: string | number): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1_000)
  return typeof value === 'string' ? parseDuration(value) : undefined
}
