import type { Sql } from 'postgres'
import { codeOf, SQLSTATE } from '../database/sqlstates.ts'
import { LiteLLMError } from '../errors.ts'
import { findSpendLogs, type SpendLogFilter } from './write/sql/find-spend-logs.ts'

/** Reads back what the ledger wrote, newest first. */
export type SpendLogReader = (filter: SpendLogFilter) => Promise<readonly unknown[]>

export function createSpendLogReader(sql: Sql): SpendLogReader {
  return async (filter) => {
    try {
      return await findSpendLogs(sql, filter)
    } catch (error) {
      if (codeOf(error) === SQLSTATE.undefinedTable) throw new LiteLLMError('no_tables', { cause: error })
      throw error
    }
  }
}
