import { z } from 'zod'
import type { Step } from '../../litellm/changes.ts'
import type { Json } from '../../types.ts'
import { budgetPatch, budgetRow } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { int, money, text, texts } from '../fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { TABLES } from '../tables.ts'
import { getMember, memberFields } from './find-member.ts'
import { findMembership } from './membership.ts'

const body = z.looseObject({
  ...memberFields,
  role: z.enum(['admin', 'user']).nullish(),
  max_budget_in_team: money,
  budget_duration: text,
  tpm_limit: int,
  rpm_limit: int,
  allowed_models: texts,
})
type Body = z.output<typeof body>

/** `POST /team/member_update`: the role of a member, and its budget within the team. */
export const updateTeamMember = endpoint({
  access: 'anyone',
  body,
  stores: [TABLES.budgets],
  async run(call) {
    const { store, caller, body: request, now, route } = call
    const { team, member } = await getMember(store, caller, request, route)
    const refusal =
      checkAmounts({ max_budget: request.max_budget_in_team }) ??
      checkDurations({ budget_duration: request.budget_duration }, now)
    if (refusal) throw refusal
    const id = { team_id: team.team_id }
    const updated = { ...member, role: request.role ?? member.role }
    const steps: readonly Step[] = [
      { kind: 'join', table: TABLES.teams, rows: request.role ? [{ id, members: [updated] }] : [] },
      ...(await budgetSteps(call, team, String(member.user_id))),
    ]
    await store.write({
      guard: { table: TABLES.teams, id },
      steps,
      audit: [
        { action: 'updated', table: TABLES.teams, id: request.team_id, before: { member }, after: { ...request } },
      ],
      forget: '*',
    })
    return {
      team_id: request.team_id,
      user_id: member.user_id,
      user_email: request.user_email ?? member.user_email ?? null,
      max_budget_in_team: request.max_budget_in_team ?? null,
      tpm_limit: request.tpm_limit ?? null,
      rpm_limit: request.rpm_limit ?? null,
    }
  },
})

/** A member's own budget is changed; one that is shared by the team is left alone, and replaced by an own one. */
async function budgetSteps(
  { store, caller, body: request, now }: AdminCall<Body>,
  team: Json,
  userId: string,
): Promise<Step[]> {
  const asked = {
    max_budget: request.max_budget_in_team,
    budget_duration: request.budget_duration,
    tpm_limit: request.tpm_limit,
    rpm_limit: request.rpm_limit,
    allowed_models: request.allowed_models,
  }
  const given: Json = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return []
  const by = nameOf(caller)
  const own = (await findMembership(store, String(team.team_id), userId))?.budget_id
  const shared = (team.metadata as Json | null)?.team_member_budget_id
  if (own && own !== shared) {
    const rows = [{ id: { budget_id: own }, set: budgetPatch(given, by, now) }]
    return [{ kind: 'update', table: TABLES.budgets, rows }]
  }
  const before = await store.one(TABLES.budgets, 'budget_id', own as string | undefined)
  const { budget_id: _id, budget_reset_at: _at, ...kept } = before ?? {}
  const budget = budgetRow({ ...kept, ...given }, by, now)
  const membership = { user_id: userId, team_id: team.team_id, budget_id: budget.budget_id }
  return [
    { kind: 'insert', table: TABLES.budgets, rows: [budget] },
    { kind: 'upsert', table: TABLES.memberships, key: ['user_id', 'team_id'], rows: [membership] },
  ]
}
