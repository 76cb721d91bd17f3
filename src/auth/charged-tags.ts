import { oncePer } from '../once-per.ts'
import type { Json, VirtualKey } from '../types.ts'
import { type Compat, changedAnswersOf } from './compat.ts'

type Tagged = Pick<VirtualKey, 'master' | 'metadata' | 'teamMetadata' | 'project'>

/** Whether calls of this key are charged to the tags that the client names: as LiteLLM since 2026, only by permission. */
export function chargesClientTags({ master, metadata, teamMetadata }: Tagged, compat?: Compat): boolean {
  if (changedAnswersOf(compat).clientTags === 'always') return true
  return master || metadata.allow_client_tags === true || teamMetadata.allow_client_tags === true
}

/** The tags that a key, its team and its project bring to each call, whoever names them. */
export const inheritedTags = oncePer(
  ({ metadata, teamMetadata, project }: Tagged): ReadonlySet<string> =>
    new Set([metadata, teamMetadata, project?.metadata ?? {}].flatMap(tagsOf)),
)

/** Whether calls of this key that name this tag are charged to it. */
export function chargesTag(key: VirtualKey, tag: string, compat?: Compat): boolean {
  return chargesClientTags(key, compat) || inheritedTags(key).has(tag)
}

function tagsOf({ tags }: Json): string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}
