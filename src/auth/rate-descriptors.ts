import { oncePer } from '../once-per.ts'
import type { Call, Json, Limits, VirtualKey } from '../types.ts'
import { ofKey } from './budgets.ts'
import type { CallFacts, CheckSettings } from './check.ts'
import { modelAllowanceOf } from './model-budget.ts'
import { throttled, throttles } from './throttle.ts'

/** What is limited, in the words of LiteLLM's headers and messages. */
export type LimitType = 'requests' | 'tokens' | 'max_parallel_requests'

/** Something that calls are counted for, and how many it may have. Only what has a limit is counted. */
export interface RateDescriptor {
  /** "api_key", "user", "model_per_key", ... */
  readonly name: string
  readonly value: string
  readonly limits: Readonly<Partial<Record<LimitType, number>>>
}

/** Everything that limits this call, in LiteLLM's order: the first that is over its limit is the one that is named. */
export function rateDescriptorsOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings = {},
  now: Date = new Date(),
): readonly RateDescriptor[] {
  const { key, endUser } = facts
  if (!endUser && !isLimited(key)) return []
  const { hashedToken, owners, team, member, user, organization, project } = key
  const { userId, teamId } = owners
  const model = call?.modelGroup
  const dynamic = dynamicLimitsOf(facts, model)
  const perModel = (name: string, value: string, ...sources: LimitsByModel[]) =>
    model ? descriptor(name, `${value}:${model}`, dynamic(firstOf(sources, model))) : undefined
  return [
    descriptor('api_key', hashedToken, dynamic(limitsNow(facts, settings, now))),
    userId && descriptor('user', userId, user?.limits),
    teamId && descriptor('team', teamId, team?.limits),
    teamId && userId && descriptor('team_member', `${teamId}:${userId}`, member?.limits),
    endUser && descriptor('end_user', endUser.id, endUser.limits),
    perModel(
      'model_per_key',
      hashedToken,
      byModel(key.metadata),
      byBudget(key.modelMaxBudget),
      byModel(key.teamMetadata),
    ),
    ...perTag(key, call),
    teamId && perModel('model_per_team', teamId, byModel(key.teamMetadata)),
    organization && descriptor('organization', organization.id, organization.limits),
    organization && perModel('model_per_organization', organization.id, byModel(organization.metadata)),
    project && perModel('model_per_project', project.id, byModel(project.modelLimits), byModel(project.metadata)),
  ].filter((entry): entry is RateDescriptor => Boolean(entry))
}

/** A key that has spent its budget may be slowed down by it. */
function limitsNow(facts: CallFacts, settings: CheckSettings, now: Date): Limits | undefined {
  const { key } = facts
  return throttles(key, settings) ? throttled(key.limits, ofKey(facts, now), settings.throttlePart!) : key.limits
}

/** Whether there is anything that could limit calls of this key, whichever models they ask for. */
const isLimited = oncePer(hasLimits)

function hasLimits({ limits, user, team, member, organization, project, modelMaxBudget, ...key }: VirtualKey): boolean {
  const own = [limits, user?.limits, team?.limits, member?.limits, organization?.limits, project?.modelLimits]
  const metadata = [key.metadata, key.teamMetadata, organization?.metadata, project?.metadata]
  return (
    [...own, modelMaxBudget].some((some) => some && Object.values(some).some((value) => value != null)) ||
    metadata.some((some) => some && BY_MODEL.some((name) => name in some)) ||
    BY_TAG.some((name) => name in key.metadata)
  )
}

const BY_TAG = ['tag_rpm_limit', 'tag_tpm_limit']

/** What a key may do under each tag: those of the call, and those that key and team add to it. */
function perTag({ hashedToken, metadata, teamMetadata }: VirtualKey, call: Call | undefined) {
  const [rpm, tpm] = BY_TAG.map((name) => metadata[name])
  if (!rpm && !tpm) return []
  const tags = new Set(
    [call?.tags, metadata.tags, teamMetadata.tags].flatMap((some) => (Array.isArray(some) ? some : [])),
  )
  return [...tags].map((tag) =>
    descriptor('tag_per_key', `${hashedToken}:${tag}`, { rpm: limitOf(rpm, tag), tpm: limitOf(tpm, tag) }),
  )
}

type LimitsByModel = (model: string) => Limits

const BY_MODEL = ['model_rpm_limit', 'model_tpm_limit', 'model_max_parallel_requests']

/** `{ model_rpm_limit: { "gpt-4o": 5 }, model_tpm_limit: { ... } }`, which is how metadata holds them. */
function byModel(limits: Json = {}): LimitsByModel {
  const [rpm, tpm, maxParallelRequests] = BY_MODEL.map((name) => limits[name])
  return (model) => ({
    rpm: limitOf(rpm, model),
    tpm: limitOf(tpm, model),
    maxParallelRequests: limitOf(maxParallelRequests, model),
  })
}

function byBudget(entries: Json | undefined): LimitsByModel {
  return (model) => modelAllowanceOf(entries, model) ?? {}
}

/** Each limit from the first source that has it. */
function firstOf(sources: readonly LimitsByModel[], model: string): Limits {
  const found = sources.map((source) => source(model))
  const first = (name: keyof Limits) => found.find((limits) => limits[name] !== undefined)?.[name]
  return { rpm: first('rpm'), tpm: first('tpm'), maxParallelRequests: first('maxParallelRequests') }
}

function limitOf(limits: unknown, name: string): number | undefined {
  if (typeof limits !== 'object' || limits === null || !Object.hasOwn(limits, name)) return undefined
  const limit = (limits as Record<string, unknown>)[name]
  return typeof limit === 'number' ? limit : undefined
}

/** A limit of rate that is "dynamic" holds only while the model has trouble. */
function dynamicLimitsOf({ key, catalog }: CallFacts, model = '') {
  const { rpm_limit_type: rpmType, tpm_limit_type: tpmType } = key.metadata
  const holds = (type: unknown) => type !== 'dynamic' || catalog?.inTrouble?.(model) === true
  return ({ rpm, tpm, maxParallelRequests }: Limits = {}): Limits => ({
    maxParallelRequests,
    rpm: holds(rpmType) ? rpm : undefined,
    tpm: holds(tpmType) ? tpm : undefined,
  })
}

function descriptor(name: string, value: string, limits: Limits = {}): RateDescriptor | undefined {
  const { rpm, tpm, maxParallelRequests } = limits
  if (rpm === undefined && tpm === undefined && maxParallelRequests === undefined) return undefined
  return { name, value, limits: { requests: rpm, tokens: tpm, max_parallel_requests: maxParallelRequests } }
}
