import { object } from '../../lib/json.ts'
import type { Json } from '../../types.ts'
import { bodyOf, type Check } from '../facts/check.ts'
import { pythonDate, pythonList } from '../facts/python-text.ts'

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

/** The tools that the key, else its team, may offer to models: `metadata.allowed_tools`. An empty list says nothing. */
export const checkTools: Check = ({ key }, call) => {
  const allowed = listed(key.metadata.allowed_tools) ?? listed(key.teamMetadata.allowed_tools)
  if (!allowed || !call) return undefined
  const denied = toolNamesOf(bodyOf(call)).filter((name) => !allowed.includes(name))
  if (denied.length === 0) return undefined
  return {
    code: 'tool_denied',
    param: 'tools',
    message: `Tool(s) ${pythonList(denied)} are not in the allowed tools list for this key/team.`,
  }
}

function listed(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}

/**
 * The names of the tools in a body, in every place where one of the API shapes has them: a name that stands where this
 * shape does not look is no way past the list.
 */
function toolNamesOf(body: Json): readonly string[] {
  const tools = [body.tools, body.functions, object(body.toolConfig).tools].flatMap(arrayOf)
  return tools.flatMap(namesOf).filter((name) => typeof name === 'string' && name !== '') as string[]
}

function namesOf(tool: Json): readonly unknown[] {
  const declared = [tool.functionDeclarations, tool.function_declarations].flatMap(arrayOf)
  return [
    ...[tool.name, object(tool.function).name, object(tool.custom).name, object(tool.toolSpec).name],
    ...(tool.type === 'mcp' ? [tool.server_label] : []),
    ...declared.map(({ name }) => name),
  ]
}

function arrayOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : []
}
