import { oncePer } from '../once-per.ts'
import type { VirtualKey } from '../types.ts'
import type { CallFacts } from './check.ts'
import * as counters from './counters.ts'

/** Every counter of an entity that this call moves, with or without a budget on it. Windows are not entities. */
export function countersOf({ key, endUser, tags = [] }: CallFacts): readonly string[] {
  const known = ofKey(key)
  if (!endUser && tags.length === 0) return known
  const named = [...tags.map(({ name }) => counters.tagCounter(name)), ...known]
  return endUser ? [counters.endUserCounter(endUser.id), ...named] : named
}

const ofKey = oncePer(({ hashedToken, owners }: VirtualKey): readonly string[] => {
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
})
