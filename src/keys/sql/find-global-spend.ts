import type { Sql } from 'postgres'
import { GLOBAL_BUDGET_USER } from '../../admission/facts/counters.ts'
import type { FindKeyOptions } from './find-key.ts'

/** The running total of all calls together, US dollars. `undefined`: there is no such row. */
export async function findGlobalSpend(
  sql: Sql,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<number | undefined> {
  const query = sql.unsafe<{ spend: number }[]>(TEXT, [GLOBAL_BUDGET_USER], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  const [row] = await query
  return row?.spend
}

const TEXT = `
  select u.spend
  from "LiteLLM_UserTable" as u
  where u.user_id = $1`
