import type { VirtualKey } from '../types.ts'
import type { CallFacts } from './check.ts'
import * as counters from './counters.ts'

const BY_KEY = new WeakMap<VirtualKey, readonly string[]>()

/** Every counter of an entity that this call moves, with or without a budget on it. Windows are not entities. */
export function countersOf({ key, endUser, tags = [] }: CallFacts): readonly string[] {
  const known = BY_KEY.get(key) ?? ofKey(key)
  BY_KEY.set(key, known)
  if (!endUser && tags.length === 0) return known
  const named = [...tags.map(({ name }) => counters.tagCounter(name)), ...known]
  return endUser ? [counters.endUserCounter(endUser.id), ...named] : named
}

function ofKey({ hashedToken, owners }: VirtualKey): readonly string[] {
  const { userId, teamId, organizationId, projectId } = owners
  return [
    counters.keyCounter(hashedToken),
    userId && counters.userCounter(userId),
    teamId && counters.teamCounter(teamId),
    userId && teamId && counters.memberCounter(userId, teamId),
    organizationId && counters.organizationCounter(organizationId),
    projectId && counters.projectCounter(projectId),
    counters.GLOBAL_COUNTER,
  ].filter((counter): counter is string => Boolean(counter))
}
