import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { planPermission } from '../object-permission.ts'
import { adminOnly } from '../permission.ts'
import { TABLES } from '../tables.ts'
import { getTeam, isOrganizationAdmin } from '../team-rights.ts'
import { checkOrganizationModels, checkTeamBudgets, checkTeamLimits } from './check-team.ts'
import { planMemberBudget } from './member-budget.ts'
import { updateTeamBody } from './team-fields.ts'
import { planTeamModels } from './team-models.ts'
import { teamPatch } from './team-row.ts'

/** `POST /team/update`: what is not sent stays. Members have endpoints of their own. */
export const updateTeam = endpoint({
  access: 'members',
  body: updateTeamBody,
  stores: [TABLES.teams],
  async run({ store, caller, body: request, now, route }) {
    const id = request.team_id
    const before = await getTeam(store, id)
    const targets = [before.organization_id, request.organization_id ?? before.organization_id]
    for (const organization of caller.admin ? [] : targets) {
      if (!(await isOrganizationAdmin(store, caller, organization))) throw adminOnly(caller, route)
    }
    const refusal =
      checkAmounts(request) ??
      checkDurations(request, now) ??
      checkTeamBudgets(request, before) ??
      checkTeamLimits(request, caller, before) ??
      (await checkOrganizationModels(store, caller, targets[1], request.models))
    if (refusal) throw refusal
    const by = nameOf(caller)
    const budget = planMemberBudget(request, before, by, now)
    const models = await planTeamModels(store, request.model_aliases, before.model_id, by, now)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const links = { model_id: models.id, object_permission_id: permission.id, member_budget_id: budget?.id }
    const set = teamPatch(request, before, links, now)
    const [[row]] = (await store.write({
      guard: { table: TABLES.teams, id: { team_id: id } },
      steps: [
        { kind: 'update', table: TABLES.teams, rows: [{ id: { team_id: id }, set }] },
        ...(budget?.steps ?? []),
        ...models.steps,
        ...permission.steps,
      ],
      audit: [{ action: 'updated', table: TABLES.teams, id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    return { team_id: id, data: answerRow(row) }
  },
})
