import { randomUUID } from 'node:crypto'
import { nextReset } from '../../auth/budget-duration.ts'
import type { Json } from '../../types.ts'
import { listed } from '../list-columns.ts'

/** A new row of LiteLLM_BudgetTable, every time with the same members. */
export function budgetRow(request: Json, by: string, now: Date): Json {
  const at = now.toISOString()
  const { budget_duration: duration } = request
  return {
    budget_id: request.budget_id ?? randomUUID(),
    max_budget: request.max_budget ?? null,
    soft_budget: request.soft_budget ?? null,
    max_parallel_requests: request.max_parallel_requests ?? null,
    tpm_limit: request.tpm_limit ?? null,
    rpm_limit: request.rpm_limit ?? null,
    tpd_limit: request.tpd_limit ?? null,
    model_max_budget: request.model_max_budget ?? null,
    budget_duration: duration ?? null,
    budget_reset_at:
      request.budget_reset_at ?? (typeof duration === 'string' ? nextReset(duration, now).toISOString() : null),
    allowed_models: request.allowed_models ?? [],
    created_at: at,
    created_by: by,
    updated_at: at,
    updated_by: by,
  }
}

/** What changes in a budget. A new duration starts a new period. */
export function budgetPatch(request: Json, by: string, now: Date): Json {
  const { budget_duration: duration } = request
  return {
    ...Object.fromEntries(Object.entries(request).map(([name, value]) => [name, listed(name, value)])),
    ...(typeof duration === 'string' &&
      request.budget_reset_at === undefined && { budget_reset_at: nextReset(duration, now).toISOString() }),
    ...(duration === null && { budget_reset_at: null }),
    updated_at: now.toISOString(),
    updated_by: by,
  }
}
