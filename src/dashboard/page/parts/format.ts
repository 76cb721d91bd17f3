const WHOLE = new Intl.NumberFormat('en-US')
const THIN_SPACE = '\u2009'

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

/** "1 call", "2 calls". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** For places where the exact value stands beside: 1.2 k, 48.1 M. */
export function compact(value: number): string {
  if (value < 10_000) return WHOLE.format(Math.round(value * 100) / 100)
  const [unit, size] = value < 1e6 ? ['k', 1e3] : value < 1e9 ? ['M', 1e6] : ['G', 1e9]
  return `${(value / Number(size)).toFixed(value / Number(size) < 100 ? 1 : 0)}${THIN_SPACE}${unit}`
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return `0${THIN_SPACE}%`
  const value = (100 * part) / whole
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}${THIN_SPACE}%`
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}${THIN_SPACE}ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)}${THIN_SPACE}s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)}${THIN_SPACE}min`
  if (ms < 172_800_000) return `${(ms / 3_600_000).toFixed(1)}${THIN_SPACE}h`
  return `${Math.round(ms / 86_400_000)}${THIN_SPACE}days`
}

export function bytes(value: number): string {
  if (value < 1_024) return `${value}${THIN_SPACE}B`
  if (value < 1_048_576) return `${(value / 1_024).toFixed(1)}${THIN_SPACE}KiB`
  if (value < 1_073_741_824) return `${(value / 1_048_576).toFixed(1)}${THIN_SPACE}MiB`
  return `${(value / 1_073_741_824).toFixed(1)}${THIN_SPACE}GiB`
}

/** The reader's own clock. */
export function clock(time: string | number): string {
  const date = new Date(time)
  const isToday = date.toDateString() === new Date().toDateString()
  const hours = date.toLocaleTimeString('en-GB')
  return isToday ? hours : `${date.toLocaleDateString('en-CA')} ${hours}`
}

/** How long ago, or how long from now: "in 3 days", "2 min ago". */
export function away(time: string | number): string {
  const ms = new Date(time).getTime() - Date.now()
  return ms > 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`
}

/** The UTC day, as daily tables count. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** The beginning of a step of a chart: a day, or a minute by the reader's own clock. */
export function stepLabel(step: string, isShort = false): string {
  if (step.length === 10) {
    const date = new Date(`${step}T00:00Z`)
    const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
    return isShort ? day : `${date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' })} ${day}`
  }
  const time = new Date(step)
  const hours = time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return isShort ? hours : `${time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${hours}`
}

export function perMillion(perToken: number | null): string {
  return perToken === null ? '–' : dollars(perToken * 1e6)
}
