import { oncePer } from '../once-per.ts'
import type { VirtualKey } from '../types.ts'
import { chargesTag, inheritedTags } from './charged-tags.ts'
import type { CallFacts } from './check.ts'
import type { Compat } from './compat.ts'
import * as counters from './counters.ts'

/** Every counter of an entity that this call moves, with or without a budget on it. Windows are not entities. */
export function countersOf({ key, endUser, tags = [] }: CallFacts, compat?: Compat): readonly string[] {
  const known = ofKey(key)
  if (!endUser && tags.length === 0) return known
  const charged = tags.filter(({ name }) => chargesTag(key, name, compat)).map(({ name }) => counters.tagCounter(name))
  const named = [...charged.filter((counter) => !known.includes(counter)), ...known]
  return endUser ? [counters.endUserCounter(endUser.id), ...named] : named
}

const ofKey = oncePer((key: VirtualKey): readonly string[] => {
  const { hashedToken, owners } = key
  const { userId, teamId, organizationId, projectId } = owners
  return [
    counters.keyCounter(hashedToken),
    userId && counters.userCounter(userId),
    teamId && counters.teamCounter(teamId),
    userId && teamId && counters.memberCounter(userId, teamId),
    organizationId && counters.organizationCounter(organizationId),
    projectId && counters.projectCounter(projectId),
    ...[...inheritedTags(key)].map(counters.tagCounter),
    counters.GLOBAL_COUNTER,
  ].filter((counter): counter is string => Boolean(counter))
})
