import { randomUUID } from 'node:crypto'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { planPermission } from '../object-permission.ts'
import { adminOnly } from '../permission.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkTeamOrganization, isOrganizationAdmin } from '../team-rights.ts'
import { checkOrganizationModels, checkTeamBudgets, checkTeamLimits } from './check-team.ts'
import { planMemberBudget } from './member-budget.ts'
import { planMembers } from './plan-members.ts'
import { newTeamBody, type TeamBody } from './team-fields.ts'
import { planTeamModels } from './team-models.ts'
import { teamRow } from './team-row.ts'

/** `POST /team/new`: a team, with who has made it as its admin. */
export const newTeam = endpoint({
  access: 'members',
  body: newTeamBody,
  stores: [TABLES.teams],
  async run({ store, settings, caller, body, now, route }) {
    const request = withTeamDefaults(body, settings.defaultTeamParams)
    if (!caller.admin && !(await isOrganizationAdmin(store, caller, request.organization_id))) {
      throw (await checkTeamOrganization(store, caller, request.organization_id, route)) ?? adminOnly(caller, route)
    }
    const refusal =
      checkAmounts(request) ??
      checkDurations(request, now) ??
      checkTeamBudgets(request) ??
      checkTeamLimits(request, caller) ??
      (await checkOrganizationModels(store, caller, request.organization_id, request.models))
    if (refusal) throw refusal
    const id = request.team_id ?? randomUUID()
    if (await store.one(TABLES.teams, 'team_id', id)) {
      throw refuseDict(400, `Team id = ${id} already exists. Please use a different team id.`, { type: 'auth_error' })
    }
    const by = nameOf(caller)
    const budget = planMemberBudget(request, {}, by, now)
    const people = [
      { user_id: by, role: 'admin' },
      ...(request.members_with_roles ?? []).filter((p) => p.user_id !== by),
    ]
    const { members, steps } = await planMembers(people, {
      ...{ store, settings, by, now },
      teamId: id,
      sharedBudgetId: budget?.id,
    })
    const models = await planTeamModels(store, request.model_aliases, undefined, by, now)
    const permission = planPermission(request.object_permission)
    const links = {
      members,
      model_id: models.id,
      object_permission_id: permission.id,
      member_budget_id: budget?.id,
    }
    const team = teamRow(id, request, links, now)
    const [[row]] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.teams, rows: [team] },
        ...(budget?.steps ?? []),
        ...models.steps,
        ...permission.steps,
        ...steps,
      ],
      audit: [{ action: 'created', table: TABLES.teams, id, after: team }],
      forget: '*',
    })) as [[Json]]
    return answerRow(row)
  },
})

/** `default_team_params`, for what a request leaves open. */
function withTeamDefaults(request: TeamBody, defaults: Json = {}): TeamBody {
  const open = Object.keys(defaults).filter((name) => (request[name] ?? null) === null)
  return { ...request, ...Object.fromEntries(open.map((name) => [name, defaults[name]])) }
}
