import { z } from 'zod'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { answered } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { runsTeam } from '../team-rights.ts'
import { findKeyRow, shownKey } from './find-key.ts'

const RESET = ['key_hash', 'spend', 'previous_spend', 'max_budget', 'budget_reset_at']

/** `POST /key/{key}/reset_spend`: less than was spent, and within the budget. */
export const resetKeySpend = endpoint({
  access: 'users',
  body: z.looseObject({ reset_to: z.number() }),
  async run({ store, caller, body: { reset_to: amount }, params, now }) {
    const key = String(params.key)
    const before = await findKeyRow(store, key)
    if (!before) throw refuse(404, `Key ${shownKey(key)} not found.`)
    const team = await store.one(TABLES.teams, 'team_id', before.team_id as string | null)
    if (!caller.admin && !(team && (await runsTeam(store, caller, team)))) {
      throw refuseDict(403, 'You are not authorized to reset the spend of this key')
    }
    const budget = await store.one(TABLES.budgets, 'budget_id', before.budget_id as string | null)
    const refusal = checkAmount(amount, before, budget)
    if (refusal) throw refusal
    const token = String(before.token)
    const set = { spend: amount, updated_at: now.toISOString(), updated_by: nameOf(caller) }
    const [[row]] = (await store.write({
      guard: { table: TABLES.keys, id: { token } },
      steps: [{ kind: 'update', table: TABLES.keys, rows: [{ id: { token }, set }] }],
      audit: [{ action: 'updated', table: TABLES.keys, id: token, before, after: set }],
      forget: [token],
    })) as [[Json]]
    return answered(RESET, row, { key_hash: token, previous_spend: before.spend })
  },
})

function checkAmount(amount: number, key: Json, budget: Json | undefined): LiteLLMError | undefined {
  const spend = Number(key.spend ?? 0)
  const limits = [key.max_budget, budget?.max_budget].filter((limit) => typeof limit === 'number')
  const limit = Math.min(...limits)
  if (amount < 0) return refuseDict(400, 'reset_to must be >= 0')
  if (amount > spend) {
    return refuseDict(400, `reset_to (${pythonFloat(amount)}) must be <= current spend (${pythonFloat(spend)})`)
  }
  if (amount > limit) {
    return refuseDict(400, `reset_to (${pythonFloat(amount)}) must be <= budget (${pythonFloat(limit)})`)
  }
  return undefined
}
