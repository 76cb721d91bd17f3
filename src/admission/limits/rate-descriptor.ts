import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, Limits, ProjectFacts, VirtualKey } from '../../types.ts'

const HOUR_MS = 3_600_000

/** How many calls each session of this key may make in an hour: as its agent says, else its own metadata. */
export const iterationsOf = memoizeByObject(({ agent, metadata }: VirtualKey): number | null => {
  const most = agent?.maxIterations ?? metadata.max_iterations
  const number = typeof most === 'string' && most.trim() !== '' ? Number(most) : most
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : null
})

const NAMES = ['tag_rpm_limit', 'tag_tpm_limit']

const SPLIT = [
  ['model_per_project_itpm', 'model_itpm_limit', 'input'],
  ['model_per_project_otpm', 'model_otpm_limit', 'output'],
] as const

/** What is limited, in the words of LiteLLM's headers and messages. */
export type LimitType = 'requests' | 'tokens' | 'max_parallel_requests'

/** Something that calls are counted for, and how many it may have. Only what has a limit is counted. */
export interface RateDescriptor {
  /** "api_key", "user", "model_per_key", ... */
  readonly name: string
  readonly value: string
  readonly limits: Readonly<Partial<Record<LimitType, number>>>
  /** Which tokens it is about. Absent: those that the settings count. */
  readonly counts?: 'input' | 'output'
  /** Absent: the window of all limits. */
  readonly windowMs?: number
  /** LiteLLM's message where it is not the usual one. */
  readonly sentence?: (used: number) => string
  /** It stands in no header of the answer. */
  readonly hidden?: boolean
}

/** The limit for one name, out of `{ name: limit }` in a JSON column. */
export function limitNamed(limits: unknown, name: string): number | undefined {
  if (typeof limits !== 'object' || limits === null || !Object.hasOwn(limits, name)) return undefined
  const limit = (limits as Record<string, unknown>)[name]
  return typeof limit === 'number' ? limit : undefined
}

/** Where calls and batches count for one limit: the same for both. */
export function rateCounterName({ name, value }: Pick<RateDescriptor, 'name' | 'value'>, type: LimitType): string {
  return `{${name}:${value}}:${type}`
}

/** Projects may limit what goes into a model and what comes out apart from each other, beside both together. */
export function splitLimitsOf(
  { id, modelLimits = {}, metadata }: ProjectFacts,
  model: string,
  asked = model,
): readonly RateDescriptor[] {
  return SPLIT.flatMap(([name, field, counts]) => {
    const [tokens] = [model, asked]
      .flatMap((one) => [limitNamed(modelLimits[field], one), limitNamed(metadata[field], one)])
      .filter((limit) => limit !== undefined)
    return tokens === undefined ? [] : [{ name, value: `${id}:${model}`, limits: { tokens }, counts }]
  })
}

/** Whether it does so for any model. */
export function hasSplitLimits(project: ProjectFacts | undefined): boolean {
  const { modelLimits = {}, metadata = {} } = project ?? {}
  return SPLIT.some(([, field]) => [modelLimits[field], metadata[field]].some(isFilled))
}

function isFilled(limits: unknown): boolean {
  return typeof limits === 'object' && limits !== null && Object.keys(limits).length > 0
}

export function hasTagLimits(metadata: VirtualKey['metadata']): boolean {
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

/** LiteLLM's `max_iterations`, against agents that go round in circles. Calls without a session are in none. */
export function sessionIterations(key: VirtualKey, call: Call | undefined): RateDescriptor | undefined {
  const session = call?.sessionId
  if (session === undefined) return undefined
  const most = iterationsOf(key)
  if (most === null) return undefined
  return {
    name: 'session_iterations',
    value: `${key.owners.agentId ?? ''}:${session}`,
    limits: { requests: most },
    windowMs: HOUR_MS,
    hidden: true,
    sentence: (used) =>
      `Max iterations exceeded for session ${session}. Current count: ${used}, max_iterations: ${most}.`,
  }
}
