/** What a failed write says about what to do next. */
export type Verdict = 'transient' | 'schema-changed' | 'data'

/** SQLSTATEs, or their two-letter classes, that are not `transient`. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  '0A000': 'schema-changed', // cached plan must not change result type
  '42703': 'schema-changed', // undefined column
  '42P01': 'schema-changed', // undefined table
  '42P10': 'schema-changed', // no unique key for this conflict
  '42804': 'schema-changed', // a column of another type
  '21': 'data', // cardinality
  '22': 'data', // data exception
  '23': 'data', // integrity
  '54': 'data', // too large for an index, a row, a value
}

/**
 * Sorts an error of the database or its driver. Whatever is not known to be the rows' own fault counts as transient:
 * an outage, a lock, missing rights, a full disk must lose nothing.
 */
export function verdictOf(error: unknown): Verdict {
  // A batch too long for one string: half of it may not be.
  if (error instanceof RangeError) return 'data'
  const code = sqlstateOf(error)
  if (code === undefined) return 'transient'
  return VERDICTS[code] ?? VERDICTS[code.slice(0, 2)] ?? 'transient'
}

/** Whether the records of a batch are at fault, so that repeating them is in vain. */
export function isAtFault(error: unknown): boolean {
  // A line that is no record.
  return error instanceof SyntaxError || verdictOf(error) === 'data'
}

export function sqlstateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.length === 5 ? code : undefined
}
