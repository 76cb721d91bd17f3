// Within four-digit years: beyond, ISO texts have a form that PostgreSQL does not read.
const EARLIEST_MS = Date.UTC(1970, 0, 1)
const LATEST_MS = Date.UTC(9999, 11, 31)

/** The first of `dates` that can be stored. */
export function cleanDate(...dates: readonly (Date | undefined)[]): Date {
  return dates.find(isStorable) ?? new Date()
}

function isStorable(date: Date | undefined): date is Date {
  const ms = date?.getTime() ?? Number.NaN
  return ms >= EARLIEST_MS && ms <= LATEST_MS
}
