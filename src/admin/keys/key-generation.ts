import { pythonList } from '../../auth/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { KeyGeneration } from '../admin-deps.ts'
import { type Caller, memberOf } from '../caller.ts'
import { refuse } from '../refuse.ts'

/**
 * Why the configuration lets nobody of the caller's role make such a key, or `undefined`. Keys of teams are free to
 * administrators; what it says of others holds for them too.
 */
export function checkKeyGeneration(
  { team: ofTeams, personal }: KeyGeneration,
  caller: Caller,
  request: Json,
  team: Json | undefined,
): LiteLLMError | undefined {
  if (team) return caller.admin ? undefined : (checkMember(ofTeams, caller, team) ?? checkParams(ofTeams, request))
  return checkRole(personal, caller) ?? checkParams(personal, request)
}

function checkMember({ allowedRoles }: KeyGeneration['team'] = {}, { userId }: Caller, team: Json) {
  const member = memberOf(team, userId)
  if (!allowedRoles || !member || allowedRoles.includes(member.role)) return undefined
  return refuse(400, `Team member role ${member.role} not in allowed_team_member_roles=${pythonList(allowedRoles)}`)
}

function checkRole({ allowedRoles }: KeyGeneration['personal'] = {}, { role }: Caller) {
  if (!allowedRoles || (role && allowedRoles.includes(role))) return undefined
  return refuse(
    400,
    'Personal key creation has been restricted by admin. ' +
      `Allowed roles=${pythonList(allowedRoles)}. Your role=${role ?? 'None'}`,
  )
}

function checkParams({ requiredParams = [] }: KeyGeneration['team'] = {}, request: Json) {
  const missing = requiredParams.find((name) => request[name] === undefined)
  return missing === undefined ? undefined : refuse(400, `Required param ${missing} not in data`)
}
