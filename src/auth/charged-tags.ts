import { oncePer } from '../once-per.ts'
import type { Json, VirtualKey } from '../types.ts'

type Tagged = Pick<VirtualKey, 'master' | 'metadata' | 'teamMetadata'>

/** Whether calls of this key are charged to the tags that the client names: as LiteLLM since 2026, only by permission. */
export function chargesClientTags({ master, metadata, teamMetadata }: Tagged): boolean {
  return master || metadata.allow_client_tags === true || teamMetadata.allow_client_tags === true
}

/** The tags that a key and its team bring to each call, whoever names them. */
export const inheritedTags = oncePer(
  ({ metadata, teamMetadata }: Tagged): ReadonlySet<string> => new Set([...tagsOf(metadata), ...tagsOf(teamMetadata)]),
)

/** Whether calls of this key that name this tag are charged to it. */
export function chargesTag(key: VirtualKey, tag: string): boolean {
  return chargesClientTags(key) || inheritedTags(key).has(tag)
}

function tagsOf({ tags }: Json): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}
