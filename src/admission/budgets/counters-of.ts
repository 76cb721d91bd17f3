import { memoizeByObject } from '../../lib/memoize.ts'
import type { VirtualKey } from '../../types.ts'
import type { CallFacts } from '../facts/check.ts'
import { type Compat, changedAnswersOf } from '../facts/compat.ts'
import * as counters from '../facts/counters.ts'

/** The tags that a key, its team and its project bring to each call, even where the call does not name them. */
export const inheritedTags = memoizeByObject(
  ({ metadata, teamMetadata, project }: Tagged): ReadonlySet<string> =>
    new Set([metadata, teamMetadata, project?.metadata ?? {}].flatMap(tagsOf)),
)

/** Every counter of an entity that this call moves, with or without a budget on it. Windows are not entities. */
export function countersOf({ key, endUser, tags = [] }: CallFacts, compat?: Compat): readonly string[] {
  const known = ofKey(key)
  if (!endUser && tags.length === 0) return known
  const charged = tags.filter(({ name }) => chargesTag(key, name, compat)).map(({ name }) => counters.tagCounter(name))
  const named = [...charged.filter((counter) => !known.includes(counter)), ...known]
  return endUser ? [counters.endUserCounter(endUser.id), ...named] : named
}

const ofKey = memoizeByObject((key: VirtualKey): readonly string[] => {
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

type Tagged = Pick<VirtualKey, 'master' | 'metadata' | 'teamMetadata' | 'project'>

/** Whether calls of this key are charged to the tags that the client names: as in LiteLLM, unless they need a permission. */
export function chargesClientTags({ master, metadata, teamMetadata }: Tagged, compat?: Compat): boolean {
  if (changedAnswersOf(compat).clientTags !== 'opt-in') return true
  return master || metadata.allow_client_tags === true || teamMetadata.allow_client_tags === true
}

/** Whether calls of this key that name this tag are charged to it. */
export function chargesTag(key: VirtualKey, tag: string, compat?: Compat): boolean {
  return chargesClientTags(key, compat) || inheritedTags(key).has(tag)
}

function tagsOf({ tags }: VirtualKey['metadata']): string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}
