import { bodyOf, type Check } from '../facts/check.ts'
import { pythonDate } from '../facts/python-text.ts'

/*
 * Who is switched off: the key, its user, team or project, the end user; and a key whose time is over.
 */

export const checkKeyBlocked: Check = ({ key }) => (key.blocked ? { code: 'blocked_key' } : undefined)

/** Users that an identity provider has deactivated take their keys with them. */
export const checkUserActive: Check = ({ key: { user } }) => {
  if (user?.metadata.scim_active !== false) return undefined
  return {
    code: 'blocked_owner',
    message: `User=${user.id} has been deactivated via SCIM. Keys owned by this user cannot be used.`,
  }
}

export const checkTeamBlocked: Check = ({ key: { team } }) => {
  if (!team?.blocked) return undefined
  return {
    code: 'blocked_owner',
    message: `Authentication Error, Team=${team.id} is blocked. Update via \`/team/unblock\` if you're an admin.`,
  }
}

export const checkProjectBlocked: Check = ({ key: { project } }) => {
  if (!project?.blocked) return undefined
  return {
    code: 'blocked_owner',
    message: `Project=${project.id} is blocked. Update via \`/project/update\` if you're an admin.`,
  }
}

/** By its row, or by the list of the settings. LiteLLM also takes `user_id` of a body for one, before `user`. */
export const checkEndUserBlocked: Check = ({ endUser }, call, { checkBlockedEndUsers, blockedEndUsers }) => {
  if (!checkBlockedEndUsers) return undefined
  const named = [bodyOf(call).user_id, call?.endUserId]
  const listed = named.find((id): id is string => typeof id === 'string' && blockedEndUsers?.has(id) === true)
  const blocked = listed ?? (endUser?.blocked ? endUser.id : undefined)
  if (blocked === undefined) return undefined
  return {
    code: 'bad_request',
    type: 'invalid_request_error',
    message: `User blocked from making LLM API Calls. User=${blocked}`,
  }
}

/** A key is good up to the moment of its expiry. */
export const checkKeyExpiry: Check = ({ key, shown }, _call, _settings, now) => {
  if (!key.expiresAt || key.expiresAt >= now) return undefined
  return {
    code: 'expired_key',
    param: shown ?? key.name,
    message:
      'Authentication Error - Expired Key. ' +
      `Key Expiry time ${pythonDate(key.expiresAt)} and current time ${pythonDate(now)}`,
  }
}
