import { postSpendLogs } from './post-spend-logs.ts'
import { createSpendWriter, type SpendWriterOptions, type WriteRecords } from './spend-writer.ts'

export interface LedgerWriterOptions extends Omit<SpendWriterOptions, 'statementTimeoutMs'> {
  readonly rows: boolean
  /** The service that keeps log rows in place of the database. */
  readonly url?: string
}

/** How long one statement, or one answer of that service, may take. */
const TIMEOUT_MS = 30_000

/** Writes records where the configuration wants them: rows into the database together with what is charged, or to a service before it. */
export function createLedgerWriter({ url, rows, ...options }: LedgerWriterOptions): WriteRecords {
  const posts = rows && url !== undefined
  const inDatabase = createSpendWriter({ ...options, rows: rows && !posts, statementTimeoutMs: TIMEOUT_MS })
  return posts ? postSpendLogs({ url, timeoutMs: TIMEOUT_MS, charge: inDatabase }) : inDatabase
}
