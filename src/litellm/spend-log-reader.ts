import type { Sql } from 'postgres'
import { findSpendLogs, type SpendLogFilter } from './sql/find-spend-logs.ts'

/** Reads back what the ledger wrote, newest first. */
export type SpendLogReader = (filter: SpendLogFilter) => Promise<readonly unknown[]>

export function createSpendLogReader(sql: Sql): SpendLogReader {
  return (filter) => findSpendLogs(sql, filter)
}
