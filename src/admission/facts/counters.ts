import { memoize } from '../../lib/memoize.ts'

/*
 * Names of spend counters: the ones LiteLLM uses in Redis, so that both can count on the same ones. Each is made once:
 * to look up a string that is built again takes longer than all that is done with it.
 */

const MAX_NAMES = 20_000
const counter = (prefix: string) => memoize((id) => prefix + id, MAX_NAMES)

export const keyCounter = counter('spend:key:')
export const userCounter = counter('spend:user:')
export const teamCounter = counter('spend:team:')
const memberOf = counter('spend:team_member:')
export const memberCounter = (userId: string, teamId: string) => memberOf(`${userId}:${teamId}`)
export const organizationCounter = counter('spend:org:')
export const endUserCounter = counter('spend:end_user:')
export const tagCounter = counter('spend:tag:')
/** LiteLLM counts projects and everybody together only in the database; these two names are ours. */
export const projectCounter = counter('spend:project:')
export const GLOBAL_COUNTER = 'spend:global'
/** LiteLLM's user whose row counts the spend of all calls together, while there is a global budget. */
export const GLOBAL_BUDGET_USER = 'litellm-proxy-budget'
export const windowCounter = (counter: string, duration: string) => `${counter}:window:${duration}`
export const teamModelCounter = (teamId: string, model: string, duration: string) =>
  `team_model_spend:${teamId}:${model}:${duration}`
export const userModelCounter = (userId: string, model: string, duration: string) =>
  `user_model_spend:${userId}:${model}:${duration}`
export const endUserModelCounter = (endUserId: string, model: string, duration: string) =>
  `end_user_model_spend:${endUserId}:${model}:${duration}`
export const modelCounter = (hashedToken: string, model: string, duration: string) =>
  `virtual_key_spend:${hashedToken}:${model}:${duration}`

const SPENT_BY = /^spend:(key|user|team_member|team|org|end_user|tag|project):(.*?)(?::window:[^:]*)?$/s
const SPENT_ON_MODEL = /^(team_model|user_model|end_user_model|virtual_key)_spend:([^:]+):/
const ENTITIES: Readonly<Record<string, string>> = { org: 'organization', virtual_key: 'key' }

/** Whose budget a counter is for, as LiteLLM's rows name them. */
export function ownerOf(name: string): { readonly entity?: string; readonly entityId?: string } {
  if (name === GLOBAL_COUNTER) return { entity: 'proxy' }
  const [, kind, id] = SPENT_BY.exec(name) ?? SPENT_ON_MODEL.exec(name) ?? []
  if (kind === undefined || id === undefined) return {}
  return { entity: ENTITIES[kind] ?? kind.replace('_model', ''), entityId: id }
}
