import { z } from 'zod'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { type Caller, type Member, membersOf } from '../caller.ts'
import { needed, text } from '../fields.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkRunsTeam } from '../team-rights.ts'

/** How a request names a member. */
export const memberFields = { team_id: needed.text, user_id: text, user_email: text }
export const memberBody = z.looseObject(memberFields)

export interface FoundMember {
  readonly team: Json
  readonly member: Member
}

/** The team and its member, for a caller who runs the team. */
export async function getMember(
  store: AdminStore,
  caller: Caller,
  { team_id: id, user_id: userId, user_email: email }: z.output<typeof memberBody>,
  route: string,
): Promise<FoundMember> {
  if (!userId && !email) throw refuseDict(400, 'Either user_id or user_email needs to be passed in', AUTH)
  const team = await store.one(TABLES.teams, 'team_id', id)
  if (!team) throw refuseDict(400, `Team id=${id} does not exist in db`, AUTH)
  const refusal = await checkRunsTeam(store, caller, team, route)
  if (refusal) throw refusal
  const member = membersOf(team).find((one) => (userId ? one.user_id === userId : one.user_email === email))
  if (!member) throw refuseDict(400, 'User not found in team', AUTH)
  return { team, member }
}

const AUTH = { type: 'auth_error' }
