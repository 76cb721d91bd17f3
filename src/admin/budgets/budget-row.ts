import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { nextReset } from '../../admission/facts/budget-duration.ts'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { Step } from '../../database/changes.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, listed, TABLES } from '../admin-store.ts'
import { BUDGET } from '../answer-forms.ts'
import { answered, type Form } from '../answers.ts'
import { dict, id, int, money, text, texts } from '../endpoint.ts'
import { checkDurations } from '../keys/key-limits.ts'
import { refuse, refuseDict } from '../refuse.ts'

/** What a request may say about a budget: the columns of its row, and their kinds. */
export const budgetFields = {
  budget_id: id,
  max_budget: money,
  soft_budget: money,
  max_parallel_requests: int,
  tpm_limit: int,
  rpm_limit: int,
  tpd_limit: int,
  model_max_budget: dict,
  budget_duration: text,
  budget_reset_at: text,
  allowed_models: texts,
}

export const budgetBody = z.looseObject(budgetFields)

/** The columns that a request sets. Their presence asks for a budget of its own. */
const OWN = Object.keys(budgetFields).filter((name) => name !== 'budget_id')

/** A new row of LiteLLM_BudgetTable, every time with the same members. */
export function budgetRow(request: Json, by: string, now: Date): Json {
  const at = now.toISOString()
  const { budget_duration: duration } = request
  const reset = typeof duration === 'string' ? nextReset(duration, now).toISOString() : null
  return {
    budget_id: request.budget_id ?? randomUUID(),
    ...Object.fromEntries(OWN.map((name) => [name, listed(name, request[name] ?? null)])),
    budget_reset_at: request.budget_reset_at ?? reset,
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

/** The part of a request that is about its budget; `undefined` when there is none. */
export function budgetPart(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const given = OWN.filter((name) => request[name] !== undefined && request[name] !== null)
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, request[name]]))
}

/** Why there cannot be such a budget, or `undefined`. */
export function checkBudget(request: Json, now: Date): LiteLLMError | undefined {
  for (const name of ['max_budget', 'soft_budget']) {
    const amount = request[name]
    if (typeof amount === 'number' && amount < 0) {
      return refuseDict(400, `${name} must be a non-negative finite number. Received: ${pythonFloat(amount)}`)
    }
  }
  const { budget_reset_at: at } = request
  if (typeof at === 'string' && Number.isNaN(Date.parse(at))) {
    return refuse(400, 'budget_reset_at is not a valid time.', { type: 'bad_request_error', param: 'budget_reset_at' })
  }
  return checkDurations(request, now)
}

/** Rows in a form, with the budgets they are linked to. */
export async function withBudgets(
  store: AdminStore,
  rows: readonly Json[],
  form: Form,
  budgetForm: Form = BUDGET,
): Promise<readonly Json[]> {
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return answered(form, row, { litellm_budget_table: budget ? answered(budgetForm, budget) : null })
  })
}

interface BudgetPlan {
  /** The budget to link; `undefined` when the request says nothing of one. */
  readonly id: unknown
  readonly steps: readonly Step[]
}

/**
 * The budget of an owner that has it in a table of its own: the one the request names, else the linked one with what
 * the request says now, else a new one when the request says anything.
 */
export function planBudget(request: Json, linked: unknown, by: string, now: Date): BudgetPlan {
  if (typeof request.budget_id === 'string' && request.budget_id !== linked) return { id: request.budget_id, steps: [] }
  const part = budgetPart(request)
  if (!part) return { id: undefined, steps: [] }
  if (typeof linked === 'string') {
    const rows = [{ id: { budget_id: linked }, set: budgetPatch(part, by, now) }]
    return { id: undefined, steps: [{ kind: 'update', table: TABLES.budgets, rows }] }
  }
  const row = budgetRow(part, by, now)
  return { id: row.budget_id, steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }] }
}
