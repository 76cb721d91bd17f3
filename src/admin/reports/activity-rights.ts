import type { ActivityFilter } from '../../reports/sql/daily-activity.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import { adminOnly, refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { readTeams } from './log-rights.ts'
import { ownTokens } from './report-rights.ts'

/** Of what there is, this is asked for, or may be seen. */
export type Scope = Pick<ActivityFilter, 'entities' | 'hashedTokens'>

/**
 * What this caller may see of what was asked for: administrators and viewers everything; a user the own sums, those of own
 * keys by team and by tag, of a team that it runs all, and of organizations that it runs; a key without a user its own.
 */
export async function activityScope(
  store: AdminStore,
  caller: Caller,
  entity: string,
  asked: Scope,
  route: string,
): Promise<Scope> {
  if (caller.adminView) return asked
  const limit = LIMITS[entity]
  if (!limit) throw adminOnly(caller, route)
  return await limit(store, caller, asked, route)
}

type Limit = (store: AdminStore, caller: Caller, asked: Scope, route: string) => Promise<Scope>

const LIMITS: Readonly<Record<string, Limit>> = {
  async user(_store, caller, asked) {
    const { userId, key } = caller
    if (userId === undefined) return { hashedTokens: [key.hashedToken] }
    if (asked.entities?.some((one) => one !== userId)) {
      throw refuseDict(403, 'Non-admin users can only view their own spend data.')
    }
    return { ...asked, entities: [userId] }
  },
  async team(store, caller, asked) {
    const { userId, key } = caller
    if (userId === undefined) return { ...asked, hashedTokens: [key.hashedToken] }
    const own = (await findTeamsWithMember(store.sql, userId)).map((team) => String(team.team_id))
    const foreign = asked.entities?.find((id) => !own.includes(id))
    if (foreign !== undefined) {
      throw refuseDict(404, `User does not belong to Team= ${foreign}. Call \`/user/info\` to see user's teams`)
    }
    const entities = asked.entities ?? own
    const read = await readTeams(store, caller)
    if (entities.every((id) => read.includes(id))) return { ...asked, entities }
    return { entities, hashedTokens: await tokensOf(store, caller, asked) }
  },
  async tag(store, caller, asked) {
    return { ...asked, hashedTokens: await tokensOf(store, caller, asked) }
  },
  async organization(store, caller, asked, route) {
    const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [caller.userId])
    const own = memberships.filter((row) => row.user_role === 'org_admin').map((row) => String(row.organization_id))
    if (own.length === 0) throw adminOnly(caller, route)
    const foreign = asked.entities?.find((id) => !own.includes(id))
    if (foreign !== undefined) {
      throw refuseDict(403, `User is not an admin of organization ${foreign}.`)
    }
    return { ...asked, entities: asked.entities ?? own }
  },
}

/** The keys of this caller, or those of them that are asked for. */
async function tokensOf(store: AdminStore, caller: Caller, { hashedTokens }: Scope): Promise<readonly string[]> {
  const own = await ownTokens(store, caller)
  return hashedTokens === undefined ? own : own.filter((token) => hashedTokens.includes(token))
}
