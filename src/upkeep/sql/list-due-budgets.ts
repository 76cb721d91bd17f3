import type { PendingQuery, Row, Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'

/** A budget whose time of reset is over. */
export interface DueBudget {
  readonly kind: 'key' | 'user' | 'team' | 'budget'
  readonly id: string
  /** As PostgreSQL writes it, to the last digit; null for a budget that was never given a time. */
  readonly was: string | null
  readonly duration: string
}

/** The most that are reset in one round; the next follows at once. */
export const ROUND = 500

/**
 * Budgets that are due, the longest overdue first. Keys that have expired are left alone, as LiteLLM leaves them.
 * `undefined` when there is no table to ask.
 */
export function listDueBudgets(sql: Sql, schema: Schema): PendingQuery<Row[]> | undefined {
  const parts = SOURCES.filter(({ table }) => schema.has(table)).map(({ text }) => text)
  if (parts.length === 0) return undefined
  return sql.unsafe(`${parts.join('\nunion all\n')}\norder by was nulls first\nlimit ${ROUND}`)
}

const NOW = `now() at time zone 'UTC'`

const due = (kind: DueBudget['kind'], table: string, id: string, and = '') => ({
  table,
  text: `
  select '${kind}' as kind, r.${id} as id, r.budget_reset_at::text as was, r.budget_duration as duration
  from "${table}" as r
  where r.budget_reset_at < ${NOW}
    and r.budget_duration is not null ${and}`,
})

const SOURCES = [
  due('key', 'LiteLLM_VerificationToken', 'token', `and (r.expires is null or r.expires > ${NOW})`),
  due('user', 'LiteLLM_UserTable', 'user_id'),
  due('team', 'LiteLLM_TeamTable', 'team_id'),
  {
    table: 'LiteLLM_BudgetTable',
    text: `
  select 'budget' as kind, r.budget_id as id, r.budget_reset_at::text as was, r.budget_duration as duration
  from "LiteLLM_BudgetTable" as r
  where r.budget_duration is not null
    and (r.budget_reset_at is null or r.budget_reset_at < ${NOW})`,
  },
]
