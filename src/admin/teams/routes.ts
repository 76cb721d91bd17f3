import { z } from 'zod'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { TEAM_ROW } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { membersOf } from '../caller.ts'
import { type Endpoint, endpoint, needed } from '../endpoint.ts'
import { archived, keyDeletion } from '../key-deletion.ts'
import { adminOnly } from '../refuse.ts'
import { getTeam, isOrganizationAdmin } from '../team-rights.ts'
import { getTeamInfo } from './info.ts'
import { getAvailableTeams, listTeams, listTeamsV2 } from './list.ts'
import { addManyTeamMembers, addTeamMembers } from './member-add.ts'
import { deleteTeamMember, updateTeamMember } from './member-update.ts'
import { addTeamModels, deleteTeamModels, listPermissions, updatePermissions } from './rights.ts'
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

export const TEAM_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /team/new': newTeam,
  'GET /team/info': getTeamInfo,
  'GET /team/list': listTeams,
  'GET /v2/team/list': listTeamsV2,
  'GET /team/available': getAvailableTeams,
  'POST /team/model/add': addTeamModels,
  'POST /team/model/delete': deleteTeamModels,
  'GET /team/permissions_list': listPermissions,
  'POST /team/permissions_update': updatePermissions,
  'POST /team/update': updateTeam,
  'POST /team/delete': deleteTeams,
  'POST /team/block': blockTeam,
  'POST /team/unblock': unblockTeam,
  'POST /team/member_add': addTeamMembers,
  'POST /team/bulk_member_add': addManyTeamMembers,
  'POST /team/member_update': updateTeamMember,
  'POST /team/member_delete': deleteTeamMember,
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
      return answered(TEAM_ROW, row)
    },
  })
}
