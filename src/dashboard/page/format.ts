const WHOLE = new Intl.NumberFormat('en-US')

/** As many digits as the amount deserves: $1,284.20, $0.0312, $0.000049. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0'
  const size = Math.abs(amount)
  const digits = size >= 1 ? 2 : Math.min(10, 1 - Math.floor(Math.log10(size)))
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`
}

export function count(value: number): string {
  return WHOLE.format(value)
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %'
  const value = (100 * part) / whole
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}

/** The reader's own clock. */
export function clock(iso: string): string {
  const time = new Date(iso)
  const isToday = time.toDateString() === new Date().toDateString()
  const hours = time.toLocaleTimeString('en-GB')
  return isToday ? hours : `${time.toLocaleDateString('en-CA')} ${hours}`
}

/** The UTC day, as daily tables count. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

export function perMillion(perToken: number | null): string {
  return perToken === null ? '–' : dollars(perToken * 1e6)
}
