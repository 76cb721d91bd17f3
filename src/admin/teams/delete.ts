import { z } from 'zod'
import { archived } from '../archive.ts'
import { membersOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { keyDeletion } from '../key-deletion.ts'
import { adminOnly } from '../permission.ts'
import { TABLES } from '../tables.ts'
import { getTeam, isOrganizationAdmin } from '../team-rights.ts'

/** `POST /team/delete`: the teams and their keys, which are kept in LiteLLM's tables of what was deleted. */
export const deleteTeams = endpoint({
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
