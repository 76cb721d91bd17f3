import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { KEY, LISTED_TEAM, LISTED_TEAM_V2, TEAM, TEAM_MODELS } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { memberOf, membersOf } from '../caller.ts'
import { type AdminCall, endpoint, page, text } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { listTeams as listPage, TEAM_SORTS, type TeamFilter } from '../sql/list-teams.ts'
import { isOrganizationAdmin } from '../team-rights.ts'
import { membershipsOf, shownMembers, teamModelsOf } from './info.ts'

const query = z.looseObject({ user_id: text, organization_id: text })

/** `GET /team/list`: all teams, or those of one user or organization, with their keys and memberships. */
export const listTeams = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store } = call
    const { user_id: userId } = call.query
    const teams = await teamsFor(call)
    const ids = teams.map((team) => String(team.team_id))
    const keys = await store.find(TABLES.keys, 'team_id', ids)
    const all = await membershipsOf(store, ids)
    const memberships = userId ? all.filter((membership) => membership.user_id === userId) : all
    const named = await teamModelsOf(store, teams, TEAM_MODELS)
    return teams.toSorted(byAlias).map((team) =>
      answered(LISTED_TEAM, team, {
        members_with_roles: shownMembers(team),
        litellm_model_table: named.get(team.model_id) ?? null,
        team_memberships: memberships.filter((membership) => membership.team_id === team.team_id),
        keys: keys.filter((key) => key.team_id === team.team_id).map((key) => answered(KEY, key)),
      }),
    )
  },
})

function byAlias(a: Json, b: Json): number {
  const [one, other] = [String(a.team_alias ?? ''), String(b.team_alias ?? '')]
  return one < other ? -1 : one > other ? 1 : 0
}

async function teamsFor({ store, caller, query: asked }: AdminCall<unknown, z.output<typeof query>>) {
  const { user_id: userId, organization_id: organization } = asked
  const own = userId !== null && userId !== undefined && userId === caller.userId
  const allowed = caller.adminView || own || (organization && (await isOrganizationAdmin(store, caller, organization)))
  if (!allowed) throw onlyAdministrators(caller.role)
  const rows: readonly Json[] = userId
    ? await findTeamsWithMember(store.sql, userId)
    : await listRows(store.sql, TABLES.teams, 'team_id')
  return rows.filter((team) => !organization || team.organization_id === organization)
}

function onlyAdministrators(role: string | undefined) {
  const sentence = 'Only admin users can query all teams/other teams.'
  return refuseDict(401, `${sentence} Your user role=${role ?? 'internal_user'}`)
}

const pageQuery = z.looseObject({
  user_id: text,
  organization_id: text,
  team_id: text,
  team_alias: text,
  search: text,
  page: page(1),
  page_size: page(10, 100),
  sort_by: text,
  sort_order: z.string().default('asc'),
  status: text,
})

/** `GET /v2/team/list`: one page of teams, without keys and memberships. Who is no administrator sees own teams. */
export const listTeamsV2 = endpoint({
  access: 'anyone',
  query: pageQuery,
  async run(call) {
    const { store, query: asked } = call
    const filter = await filterOf(call)
    if (asked.status && asked.status !== 'deleted') {
      throw refuseDict(400, "Invalid status value. Currently only 'deleted' is supported.")
    }
    const table = asked.status === 'deleted' ? TABLES.deletedTeams : TABLES.teams
    const sort = TEAM_SORTS.find((known) => known === asked.sort_by)
    const paging = {
      table,
      sort: sort ?? 'created_at',
      descending: sort === undefined || asked.sort_order.toLowerCase() === 'desc',
      limit: asked.page_size,
      offset: (asked.page - 1) * asked.page_size,
    }
    const { rows, total } = store.has(table) ? await listPage(store.sql, filter, paging) : { rows: [], total: 0 }
    const named = await teamModelsOf(store, rows, TEAM_MODELS)
    const teams = rows.map((team) =>
      answered(LISTED_TEAM_V2, team, {
        members_with_roles: shownMembers(team),
        litellm_model_table: named.get(team.model_id) ?? null,
        members_count: membersOf(team).length,
      }),
    )
    const { page: number, page_size } = asked
    return { teams, total, page: number, page_size, total_pages: Math.ceil(total / page_size) }
  },
})

async function filterOf({ store, caller, query: asked }: AdminCall<unknown, z.output<typeof pageQuery>>) {
  const filter: TeamFilter = {
    ...(asked.team_id && { teamId: asked.team_id }),
    ...(asked.team_alias && { alias: asked.team_alias }),
    ...(asked.search && { search: asked.search }),
    ...(asked.organization_id && { organizationId: asked.organization_id }),
    ...(asked.user_id && { userId: asked.user_id }),
  }
  if (caller.adminView) return filter
  const { userId } = caller
  if (userId === undefined) throw onlyAdministrators(caller.role)
  const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  const organizationIds = memberships
    .filter((row) => row.user_role === 'org_admin')
    .map((row) => String(row.organization_id))
  if (organizationIds.length === 0 && asked.user_id !== userId) throw onlyAdministrators(caller.role)
  if (organizationIds.length > 0 && asked.organization_id && !organizationIds.includes(asked.organization_id)) {
    throw refuseDict(403, 'You can only view teams within your organizations.')
  }
  return { ...filter, visibleTo: { userId, organizationIds } }
}

/** `GET /team/available`: the teams of `default_internal_user_params.available_teams` that the caller is not in. */
export const getAvailableTeams = endpoint({
  access: 'anyone',
  async run({ store, settings, caller }) {
    const { available_teams: ids } = settings.defaultUserParams ?? {}
    if (!Array.isArray(ids)) return []
    const teams = await store.find(TABLES.teams, 'team_id', ids as string[])
    return teams
      .filter((team) => !memberOf(team, caller.userId))
      .map((team) => answered(TEAM, team, { members_with_roles: shownMembers(team) }))
  },
})
