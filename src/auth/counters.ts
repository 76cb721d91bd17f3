/*
 * Names of spend counters: the ones LiteLLM uses in Redis, so that both can count on the same ones.
 */

export const keyCounter = (hashedToken: string) => `spend:key:${hashedToken}`
export const userCounter = (userId: string) => `spend:user:${userId}`
export const teamCounter = (teamId: string) => `spend:team:${teamId}`
export const memberCounter = (userId: string, teamId: string) => `spend:team_member:${userId}:${teamId}`
export const organizationCounter = (organizationId: string) => `spend:org:${organizationId}`
export const endUserCounter = (endUserId: string) => `spend:end_user:${endUserId}`
export const tagCounter = (tag: string) => `spend:tag:${tag}`
/** LiteLLM counts projects and everybody together only in the database; these two names are ours. */
export const projectCounter = (projectId: string) => `spend:project:${projectId}`
export const GLOBAL_COUNTER = 'spend:global'
export const windowCounter = (counter: string, duration: string) => `${counter}:window:${duration}`
export const modelCounter = (hashedToken: string, model: string, duration: string) =>
  `virtual_key_spend:${hashedToken}:${model}:${duration}`
