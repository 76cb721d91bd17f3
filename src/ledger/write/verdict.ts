import { SQLSTATE, sqlstateOf } from '../../database/sqlstates.ts'

/** What a failed write says about what to do next. */
export type Verdict = 'transient' | 'schema-changed' | 'data'

/** SQLSTATEs, or their two-letter classes, that are not `transient`. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  [SQLSTATE.changedResult]: 'schema-changed',
  [SQLSTATE.undefinedColumn]: 'schema-changed',
  [SQLSTATE.undefinedTable]: 'schema-changed',
  [SQLSTATE.noUniqueKey]: 'schema-changed',
  [SQLSTATE.wrongType]: 'schema-changed',
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
