import type { CallFacts } from './check.ts'
import * as counters from './counters.ts'

/** Every counter of an entity that this call moves, with or without a budget on it. Windows are not entities. */
export function countersOf({ key, endUser, tags = [] }: CallFacts): readonly string[] {
  const { userId, teamId, organizationId, projectId } = key.owners
  return [
    counters.keyCounter(key.hashedToken),
    userId && counters.userCounter(userId),
    teamId && counters.teamCounter(teamId),
    userId && teamId && counters.memberCounter(userId, teamId),
    organizationId && counters.organizationCounter(organizationId),
    projectId && counters.projectCounter(projectId),
    endUser && counters.endUserCounter(endUser.id),
    ...tags.map(({ name }) => counters.tagCounter(name)),
    counters.GLOBAL_COUNTER,
  ].filter((counter): counter is string => Boolean(counter))
}
