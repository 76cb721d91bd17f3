import { z } from 'zod'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { KEY, MEMBERSHIP, OWN_BUDGET, TEAM_INFO, TEAM_MEMBER_BUDGET, TEAM_MODELS } from '../answer-forms.ts'
import { answered, type Form } from '../answers.ts'
import { type Caller, memberOf, membersOf } from '../caller.ts'
import { endpoint, text } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { findTeamModels } from '../sql/find-team-models.ts'
import { isOrganizationAdmin, runsTeam } from '../team-rights.ts'

/** `GET /team/info?team_id=`: a team with its keys and memberships, for administrators, members and keys of the team. */
export const getTeamInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ team_id: text }),
  async run({ store, caller, query: { team_id: id } }) {
    if (!id) throw refuseDict(422, 'Malformed request. No team id passed in.', 'message')
    const team = await store.one(TABLES.teams, 'team_id', id)
    if (!team) {
      throw refuseDict(404, `Team not found, passed team id: ${id}.`, 'message')
    }
    const refusal = await checkMaySee(store, caller, team)
    if (refusal) throw refusal
    const budgetId = (team.metadata as Json | null)?.team_member_budget_id
    const budget = await store.one(TABLES.budgets, 'budget_id', budgetId as string | undefined)
    const keys = await store.find(TABLES.keys, 'team_id', [id])
    const users = await store.find(
      TABLES.users,
      'user_id',
      membersOf(team).map((member) => member.user_id),
    )
    const organization = await store.one(TABLES.organizations, 'organization_id', team.organization_id as string | null)
    const members = shownMembers(team).map((member) => ({
      ...member,
      user_alias: users.find((user) => user.user_id === member.user_id)?.user_alias ?? null,
    }))
    return {
      team_id: id,
      team_info: answered(TEAM_INFO, team, {
        members_with_roles: members,
        litellm_model_table: (await teamModelsOf(store, [team], TEAM_MODELS)).get(team.model_id) ?? null,
        team_member_budget_table: budget ? answered(TEAM_MEMBER_BUDGET, budget) : null,
        organization_models: organization?.models,
        caller_edit_access: { kind: (await runsOrganization(store, caller, team)) ? 'unrestricted' : 'none' },
      }),
      keys: keys.map((key) => answered(KEY, key)),
      team_memberships: (await membershipsOf(store, [id])).map((membership) => ({
        ...membership,
        budget_source: budgetSource(membership.budget_id, budgetId),
      })),
    }
  },
})

async function runsOrganization(store: AdminStore, caller: Caller, team: Json): Promise<boolean> {
  return caller.admin || (await isOrganizationAdmin(store, caller, team.organization_id))
}

function budgetSource(own: unknown, shared: unknown): 'custom' | 'team_default' | 'none' {
  if (own && own !== shared) return 'custom'
  return shared ? 'team_default' : 'none'
}

/** The members of a team in LiteLLM's order of their members. */
export function shownMembers(team: Json): readonly Json[] {
  return membersOf(team).map(({ user_id, user_email, role }) => ({ user_id, user_email: user_email ?? null, role }))
}

/** The names that teams have for models, by `model_id`. */
export async function teamModelsOf(
  store: AdminStore,
  teams: readonly Json[],
  form: Form,
): Promise<ReadonlyMap<unknown, Json>> {
  const ids = teams.flatMap(({ model_id: id }) => (typeof id === 'number' ? [id] : []))
  const rows = store.has(TABLES.models) ? await findTeamModels(store.sql, ids) : []
  return new Map(rows.map((row) => [row.id, answered(form, row, { model_aliases: row.aliases })]))
}

/** Memberships of teams, each with its budget. */
export async function membershipsOf(store: AdminStore, teamIds: readonly string[]): Promise<readonly Json[]> {
  const rows = await store.find(TABLES.memberships, 'team_id', teamIds)
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return answered(MEMBERSHIP, row, { litellm_budget_table: budget ? answered(OWN_BUDGET, budget) : null })
  })
}

async function checkMaySee(store: AdminStore, caller: Caller, team: Json): Promise<LiteLLMError | undefined> {
  if (caller.adminView || memberOf(team, caller.userId) || (await runsTeam(store, caller, team))) return undefined
  const { teamId } = caller.key.owners
  if (teamId === team.team_id) return undefined
  const message = teamId
    ? `Team key for team=${teamId} not authorized to access this team=${team.team_id}`
    : `User=${caller.userId ?? 'None'} not authorized to access this team=${team.team_id}`
  return refuseDict(403, message)
}
