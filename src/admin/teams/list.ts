import { z } from 'zod'
import { findTeamsWithMember } from '../../litellm/sql/find-teams-with-member.ts'
import { listRows } from '../../litellm/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { isOrganizationAdmin } from '../team-rights.ts'
import { membershipsOf } from './info.ts'

const query = z.looseObject({ user_id: text, organization_id: text })

/** `GET /team/list`: all teams, or those of one user or organization, with their keys and memberships. */
export const listTeams = endpoint({
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
