import type { Sql } from 'postgres'
import { LiteLLMError } from '../errors.ts'
import { findSpendLogs, type SpendLogFilter } from './write/sql/find-spend-logs.ts'

const UNDEFINED_TABLE = '42P01'

/** Reads back what the ledger wrote, newest first. */
export type SpendLogReader = (filter: SpendLogFilter) => Promise<readonly unknown[]>

export function createSpendLogReader(sql: Sql): SpendLogReader {
  return async (filter) => {
    try {
      return await findSpendLogs(sql, filter)
    } catch (error) {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) throw new LiteLLMError('no_tables', { cause: error })
      throw error
    }
  }
}
