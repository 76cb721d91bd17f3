import type { PendingQuery, Sql } from 'postgres'
import type { SharedBudget } from '../../shared-budgets.ts'

export interface AdmitCall {
  readonly callId: string
  readonly budgets: readonly SharedBudget[]
  /** US dollars. */
  readonly estimate: number
  readonly ttlMs: number
  /** Hold it even when there is no room. */
  readonly regardless: boolean
}

export type AdmittedRow = {
  /** The budget that has no room. Without one the estimate is held against all of them. */
  readonly over_counter: string | null
  /** What is spent of it, and what how many running calls have reserved. */
  readonly over_spend: number | null
  readonly over_reserved: number | null
  readonly over_running: string | null
  /** The windows that began with a call, and when they end. */
  readonly ends: readonly { readonly counter: string; readonly ends_at: string }[] | null
}

/** One row. */
export function admitCall(
  sql: Sql,
  { callId, budgets, estimate, ttlMs, regardless }: AdmitCall,
): PendingQuery<[AdmittedRow]> {
  const rows = budgets.map(({ counter, budget, row, endsAt }) => ({
    counter,
    max: budget.max,
    exceeded_by: budget.exceededBy,
    entity: row?.entity,
    id: row?.id,
    team_id: row?.teamId,
    ends_at: endsAt,
  }))
  return sql.unsafe(TEXT, [callId, JSON.stringify(rows), estimate, ttlMs, regardless], { prepare: true })
}

const TEXT = `
  select a.over_counter, a.over_spend, a.over_reserved, a.over_running, a.ends
  from express_litellm.admit_call($1, $2::text::jsonb, $3, $4, $5) as a`
