/** Separators of the fields and lines that rows are written as: they are taken out of texts there. */
const SEPARATORS = ['\x1e', '\x1f']

/**
 * Why PostgreSQL cannot store or compare this text, or `undefined`. A name that is written in another form than it is
 * looked up in would have neither its budget nor its limits.
 */
export function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character'
  if (SEPARATORS.some((separator) => text.includes(separator))) return 'holds a separator of records'
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair'
}
