import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { membersOf } from '../caller.ts'
import { type AdminCall, answerRow, type Endpoint, endpoint, needed, text } from '../endpoint.ts'
import { archived, keyDeletion } from '../key-deletion.ts'
import { adminOnly, refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { getTeam, isOrganizationAdmin } from '../team-rights.ts'
import { getTeamInfo, membershipsOf } from './info.ts'
import { addTeamMembers } from './member-add.ts'
import { deleteTeamMember, updateTeamMember } from './member-update.ts'
import { newTeam, updateTeam } from './write.ts'

/** `POST /team/delete`: the teams and their keys, which are kept in LiteLLM's tables of what was deleted. */
const deleteTeams = endpoint({
  access: 'users',
  body: z.looseObject({ team_ids: needed.texts }),
  async run({ store, caller, body: { team_ids: ids }, route }) {
    const teams = []
    for (const id of new Set(ids)) {
      const team = await getTeam(store, id)
      if (!caller.admin && !(await isOrganizationAdmin(store, caller, team.organization_id))) {
        throw adminOnly(caller, route)
      }
      teams.push(team)
    }
    const keys = await store.find(TABLES.keys, 'team_id', ids)
    const byTeam = teams.map(({ team_id: id }) => ({ id: { team_id: id } }))
    const teamsOf = new Map<string, string[]>()
    for (const team of teams) {
      for (const { user_id: id } of membersOf(team)) {
        if (id) teamsOf.set(id, [...(teamsOf.get(id) ?? []), String(team.team_id)])
      }
    }
    const deletion = keyDeletion(keys, caller, store)
    await store.write({
      steps: [
        ...deletion.steps,
        { kind: 'insert', table: TABLES.deletedTeams, rows: teams.map((row) => archived(row, caller, store)) },
        { kind: 'delete', table: TABLES.memberships, rows: byTeam },
        { kind: 'delete', table: TABLES.teams, rows: byTeam },
        {
          kind: 'remove',
          table: TABLES.users,
          column: 'teams',
          rows: [...teamsOf].map(([id, values]) => ({ id: { user_id: id }, values })),
        },
      ],
      audit: [
        ...teams.map(
          (row) => ({ action: 'deleted', table: TABLES.teams, id: String(row.team_id), before: row }) as const,
        ),
        ...deletion.audit,
      ],
      forget: '*',
    })
    return { deleted_teams: teams.map((team) => team.team_id) }
  },
})

/** `POST /team/block`: the keys of the team are refused from now on. */
const blockTeam = setBlocked(true)

/** `POST /team/unblock`. */
const unblockTeam = setBlocked(false)

const query = z.looseObject({ user_id: text, organization_id: text })

/** `GET /team/list`: all teams, or those of one user or organization, with their keys and memberships. */
const listTeams = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store } = call
    const teams = await teamsFor(call)
    const ids = teams.map((team) => String(team.team_id))
    const keys = await store.find(TABLES.keys, 'team_id', ids)
    const memberships = await membershipsOf(store, ids)
    return teams.map((team) => ({
      ...answerRow(team),
      keys: keys.filter((key) => key.team_id === team.team_id).map(answerRow),
      team_memberships: memberships.filter((membership) => membership.team_id === team.team_id),
    }))
  },
})

export const TEAM_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /team/new': newTeam,
  'GET /team/info': getTeamInfo,
  'GET /team/list': listTeams,
  'POST /team/update': updateTeam,
  'POST /team/delete': deleteTeams,
  'POST /team/block': blockTeam,
  'POST /team/unblock': unblockTeam,
  'POST /team/member_add': addTeamMembers,
  'POST /team/member_update': updateTeamMember,
  'POST /team/member_delete': deleteTeamMember,
}

async function teamsFor({ store, caller, query: asked }: AdminCall<unknown, z.output<typeof query>>) {
  const { user_id: userId, organization_id: organization } = asked
  const own = userId !== null && userId !== undefined && userId === caller.userId
  const allowed = caller.adminView || own || (organization && (await isOrganizationAdmin(store, caller, organization)))
  if (!allowed) {
    throw refuseDict(401, `Only admin users can query all teams/other teams. Your user role=${caller.role ?? 'None'}`, {
      type: 'auth_error',
    })
  }
  const rows: readonly Json[] = userId
    ? await findTeamsWithMember(store.sql, userId)
    : await listRows(store.sql, TABLES.teams, 'team_id')
  return rows.filter((team) => !organization || team.organization_id === organization)
}

function setBlocked(blocked: boolean) {
  return endpoint({
    access: 'admin',
    body: z.looseObject({ team_id: needed.text }),
    async run({ store, body: { team_id: id }, now }) {
      const before = await getTeam(store, id)
      const set = { blocked, updated_at: now.toISOString() }
      const [[row]] = (await store.write({
        guard: { table: TABLES.teams, id: { team_id: id } },
        steps: [{ kind: 'update', table: TABLES.teams, rows: [{ id: { team_id: id }, set }] }],
        audit: [{ action: blocked ? 'blocked' : 'unblocked', table: TABLES.teams, id, before, after: set }],
        forget: '*',
      })) as [[Json]]
      return answerRow(row)
    },
  })
}
