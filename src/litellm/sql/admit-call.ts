import type { PendingQuery, Row, Sql } from 'postgres'
import type { SharedBudget } from '../../auth/shared-budgets.ts'

export interface AdmitCall {
  readonly callId: string
  readonly budgets: readonly SharedBudget[]
  /** US dollars. */
  readonly estimate: number
  readonly ttlMs: number
  /** Hold it even when there is no room. */
  readonly regardless: boolean
}

/** The budget that has no room, in a row; no row: the estimate is held against all of them. */
export function admitCall(sql: Sql, { callId, budgets, estimate, ttlMs, regardless }: AdmitCall): PendingQuery<Row[]> {
  const rows = budgets.map(({ budget, row }) => ({
    counter: budget.counter,
    max: budget.max,
    exceeded_by: budget.exceededBy,
    entity: row.entity,
    id: row.id,
    team_id: row.teamId,
  }))
  return sql.unsafe(TEXT, [callId, JSON.stringify(rows), estimate, ttlMs, regardless], { prepare: true })
}

const TEXT = `
  select a.over_counter, a.over_spend
  from express_litellm.admit_call($1, $2::text::jsonb, $3, $4, $5) as a`
