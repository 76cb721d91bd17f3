/** PostgreSQL's SQLSTATEs that are acted on. */
export const SQLSTATE = {
  /** A prepared statement's plan no longer fits: "cached plan must not change result type". */
  changedResult: '0A000',
  numberOutOfRange: '22003',
  invalidTime: '22007',
  timeOutOfRange: '22008',
  zoneOutOfRange: '22009',
  invalidCharacter: '22021',
  invalidParameter: '22023',
  invalidText: '22P02',
  untranslatableCharacter: '22P05',
  missingValue: '23502',
  missingReference: '23503',
  duplicate: '23505',
  readOnly: '25006',
  undefinedSchema: '3F000',
  serializationFailure: '40001',
  deadlock: '40P01',
  denied: '42501',
  undefinedColumn: '42703',
  duplicateObject: '42710',
  wrongType: '42804',
  undefinedTable: '42P01',
  duplicateDatabase: '42P04',
  duplicateTable: '42P07',
  /** No unique key fits an `on conflict`. */
  noUniqueKey: '42P10',
  diskFull: '53100',
  tooLarge: '54000',
  lockHeld: '55P03',
  cancelled: '57014',
  shuttingDown: '57P01',
  crashed: '57P02',
  starting: '57P03',
} as const

/** A table or a column is not there: LiteLLM has migrated, or has yet to. */
export const GONE: ReadonlySet<string> = new Set([SQLSTATE.undefinedColumn, SQLSTATE.undefinedTable])

/** A schema, a table or a column of our own is not there: it was not created yet, or it was dropped. */
export const NOT_CREATED: ReadonlySet<string> = new Set([...GONE, SQLSTATE.undefinedSchema])

/** The code of an error of PostgreSQL, its driver or Node; '' without one. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}

/** The same where it is a SQLSTATE; `undefined` for codes of the driver and of Node. */
export function sqlstateOf(error: unknown): string | undefined {
  const code = codeOf(error)
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined
}
