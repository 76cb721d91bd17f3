import type { LogFilter } from '../../reports/logs/log-filter.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { type Caller, isTeamAdmin, memberOf } from '../caller.ts'
import { refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'

/** The permission of a team's members that lets them read the team's calls. */
const READS_LOGS = '/spend/logs'

/** Which calls this caller may see: an administrator all, a user the own ones and those of teams it may read, a key its own. */
export async function visibleCalls(
  store: AdminStore,
  caller: Caller,
  teamId: string | undefined,
): Promise<Pick<LogFilter, 'visibleTo'>> {
  const { adminView, userId, key } = caller
  if (adminView) return {}
  if (teamId !== undefined) {
    const team = await store.one(TABLES.teams, 'team_id', teamId)
    if (team && readsTeam(team, caller)) return {}
    throw refuseDict(403, `Not authorized to view team spend for team_id=${teamId}`)
  }
  if (userId === undefined) return { visibleTo: { hashedToken: key.hashedToken } }
  return { visibleTo: { userId, teamIds: await readTeams(store, caller) } }
}

/** The teams whose calls and sums this user may read. */
export async function readTeams(store: AdminStore, caller: Caller): Promise<readonly string[]> {
  if (caller.userId === undefined) return []
  const teams = await findTeamsWithMember(store.sql, caller.userId)
  return teams.filter((team) => readsTeam(team, caller)).map((team) => String(team.team_id))
}

/** Whether a caller who is no administrator may see this call. */
export function seesCall(
  { visibleTo }: Pick<LogFilter, 'visibleTo'>,
  {
    user,
    api_key,
    team_id,
  }: { readonly user: string | null; readonly api_key: string; readonly team_id: string | null },
): boolean {
  if (!visibleTo) return true
  const { userId, teamIds = [], hashedToken } = visibleTo
  return (
    (userId !== undefined && user === userId) ||
    (hashedToken !== undefined && api_key === hashedToken) ||
    (team_id !== null && teamIds.includes(team_id))
  )
}

function readsTeam(team: Json, caller: Caller): boolean {
  if (isTeamAdmin(team, caller)) return true
  const { team_member_permissions: permissions } = team
  return memberOf(team, caller.userId) !== undefined && Array.isArray(permissions) && permissions.includes(READS_LOGS)
}
