import { randomBytes } from 'node:crypto'
import type { Step } from '../../litellm/changes.ts'
import type { Json } from '../../types.ts'
import { budgetPatch, budgetRow } from '../budgets/budget-row.ts'
import { TABLES } from '../tables.ts'
import type { TeamBody } from './team-fields.ts'

export interface MemberBudget {
  readonly id: unknown
  readonly steps: readonly Step[]
}

/** The budget that each member of a team has within it, when the request speaks of one: a new one, or the team's own. */
export function planMemberBudget(request: TeamBody, before: Json, by: string, now: Date): MemberBudget | undefined {
  const asked = {
    max_budget: request.team_member_budget,
    budget_duration: request.team_member_budget_duration,
    rpm_limit: request.team_member_rpm_limit,
    tpm_limit: request.team_member_tpm_limit,
  }
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return undefined
  const linked = (before.metadata as Json | null | undefined)?.team_member_budget_id
  if (linked) {
    const rows = [{ id: { budget_id: linked }, set: budgetPatch(given, by, now) }]
    return { id: linked, steps: [{ kind: 'update', table: TABLES.budgets, rows }] }
  }
  const alias = request.team_alias ?? before.team_alias ?? 'none'
  const id = `team-${alias}-budget-${randomBytes(16).toString('hex')}`
  const row = budgetRow({ ...given, budget_id: id }, by, now)
  return { id, steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }] }
}
