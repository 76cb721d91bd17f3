import type { Call, Json, Limits, VirtualKey } from '../types.ts'
import { limitNamed } from './limit-named.ts'

const NAMES = ['tag_rpm_limit', 'tag_tpm_limit']

export function hasTagLimits(metadata: Json): boolean {
  return NAMES.some((name) => name in metadata)
}

/** What a key may do under each tag: those of the call, and those that key and team add to it. */
export function tagLimitsOf(
  { metadata, teamMetadata }: VirtualKey,
  call: Call | undefined,
): readonly (readonly [tag: string, limits: Limits])[] {
  if (!hasTagLimits(metadata)) return []
  const [rpm, tpm] = NAMES.map((name) => metadata[name])
  const tags = [call?.tags, metadata.tags, teamMetadata.tags].flatMap((some) => (Array.isArray(some) ? some : []))
  return [...new Set<string>(tags)].map((tag) => [tag, { rpm: limitNamed(rpm, tag), tpm: limitNamed(tpm, tag) }])
}
