import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, Limits, VirtualKey } from '../../types.ts'
import { ofKey, throttled, throttles } from '../budgets/budgets.ts'
import { type ModelBudgets, modelAllowanceOf } from '../budgets/model-budget.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import {
  hasTagLimits,
  iterationsOf,
  limitNamed,
  type RateDescriptor,
  sessionIterations,
  splitLimitsOf,
  tagLimitsOf,
} from './rate-descriptor.ts'

/**
 * Everything that limits this call, in LiteLLM's order, and last what limits all calls together: the first that is over its
 * limit is the one that is named.
 */
export function rateDescriptorsOf(
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings = {},
  now: Date = new Date(),
): readonly RateDescriptor[] {
  const { key, endUser } = facts
  const gateway = descriptor('gateway', 'all', settings.gatewayLimits)
  if (!endUser && !facts.agent && !isLimited(key)) return gateway ? [gateway] : []
  const { hashedToken, owners, team, member, user, organization, project, agent = facts.agent } = key
  const { userId, teamId } = owners
  const model = call?.modelGroup
  const dynamic = dynamicLimitsOf(facts, model)
  const perModel = (name: string, value: string, ...sources: LimitsByModel[]) =>
    model ? descriptor(name, `${value}:${model}`, dynamic(firstOf(sources, model, facts.asked))) : undefined
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
    ...tagLimitsOf(key, call).map(([tag, limits]) => descriptor('tag_per_key', `${hashedToken}:${tag}`, limits)),
    teamId && perModel('model_per_team', teamId, byModel(key.teamMetadata)),
    organization && descriptor('organization', organization.id, organization.limits),
    organization && perModel('model_per_organization', organization.id, byModel(organization.metadata)),
    project && perModel('model_per_project', project.id, byModel(project.modelLimits), byModel(project.metadata)),
    ...(project && model ? splitLimitsOf(project, model, facts.asked) : []),
    agent && descriptor('agent', agent.id, agent.limits),
    agent && call?.sessionId && descriptor('agent_session', `${agent.id}:${call.sessionId}`, agent.sessionLimits),
    sessionIterations(key, call),
    gateway,
  ].filter((entry): entry is RateDescriptor => Boolean(entry))
}

/** A key that has spent its budget may be slowed down by it. */
function limitsNow(facts: CallFacts, settings: CheckSettings, now: Date): Limits | undefined {
  const { key } = facts
  const { throttlePart } = settings
  if (throttlePart === undefined || !throttles(key, settings)) return key.limits
  return throttled(key.limits, ofKey(facts, now), throttlePart)
}

/** Whether there is anything that could limit calls of this key, whichever models they ask for. */
const isLimited = memoizeByObject((key: VirtualKey) => hasLimits(key) || iterationsOf(key) !== null)

function hasLimits({
  limits,
  user,
  team,
  member,
  organization,
  project,
  agent,
  modelMaxBudget,
  ...key
}: VirtualKey): boolean {
  const own = [
    limits,
    user?.limits,
    team?.limits,
    member?.limits,
    organization?.limits,
    project?.modelLimits,
    agent?.limits,
    agent?.sessionLimits,
  ]
  const metadata = [key.metadata, key.teamMetadata, organization?.metadata, project?.metadata]
  return (
    [...own, modelMaxBudget].some((some) => some && Object.values(some).some((value) => value != null)) ||
    metadata.some((some) => some && BY_MODEL.some((name) => name in some)) ||
    hasTagLimits(key.metadata)
  )
}

type LimitsByModel = (model: string) => Limits

const BY_MODEL = ['model_rpm_limit', 'model_tpm_limit', 'model_max_parallel_requests']

/** `{ model_rpm_limit: { "gpt-4o": 5 }, model_tpm_limit: { ... } }`, which is how metadata holds them. */
function byModel(limits: VirtualKey['metadata'] = {}): LimitsByModel {
  const [rpm, tpm, maxParallelRequests] = BY_MODEL.map((name) => limits[name])
  return (model) => ({
    rpm: limitNamed(rpm, model),
    tpm: limitNamed(tpm, model),
    maxParallelRequests: limitNamed(maxParallelRequests, model),
  })
}

function byBudget(entries: ModelBudgets | undefined): LimitsByModel {
  return (model) => modelAllowanceOf(entries, model) ?? {}
}

/** Each limit from the first source that has it: for the model, or else for the alias by which it was asked for. */
function firstOf(sources: readonly LimitsByModel[], model: string, asked = model): Limits {
  const found = [...sources.map((source) => source(model)), ...sources.map((source) => source(asked))]
  const first = (name: keyof Limits) => found.find((limits) => limits[name] !== undefined)?.[name]
  return { rpm: first('rpm'), tpm: first('tpm'), maxParallelRequests: first('maxParallelRequests') }
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
