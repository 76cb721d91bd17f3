import { z } from 'zod'
import { dict, id, int, money, text, texts } from '../fields.ts'

/** What a request may say about a budget. */
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

/** Members whose presence asks for a budget of its own. */
const OWN = Object.keys(budgetFields).filter((name) => name !== 'budget_id')

/** The part of a request that is about its budget; `undefined` when there is none. */
export function budgetPart(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const given = OWN.filter((name) => request[name] !== undefined && request[name] !== null)
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, request[name]]))
}
