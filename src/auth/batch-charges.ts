import type { BatchInput, BatchPart, Call, Limits } from '../types.ts'
import type { BatchCharge } from './batch-rates.ts'
import type { CallFacts, CheckSettings } from './check.ts'
import { rateDescriptorsOf } from './rate-descriptors.ts'
import { hasSplitLimits, splitLimitsOf } from './split-limits.ts'

/** What LiteLLM takes an answer to have that nothing bounds, at most a quarter of its limit. */
const UNBOUND_TOKENS = 1_024

/** A limit that what is in a batch counts for. */
interface BatchLimit {
  readonly name: string
  readonly value: string
  readonly limits: { readonly requests?: number; readonly tokens?: number }
  readonly daily?: boolean
}

/** Whether anything limits batches of this caller, so that what is in them must be known. */
export function limitsBatches(facts: CallFacts, call: Call, settings: CheckSettings, now: Date): boolean {
  if (settings.ignoreBatchContents) return false
  return batchLimitsOf(facts, call, settings, now).length > 0 || hasSplitLimits(facts.key.project)
}

/** What a batch takes of every limit that holds for it. */
export function batchChargesOf(
  facts: CallFacts,
  call: Call,
  settings: CheckSettings,
  now: Date,
  input: BatchInput,
): readonly BatchCharge[] {
  if (settings.ignoreBatchContents) return []
  const whole = batchLimitsOf(facts, call, settings, now).flatMap(({ limits, daily, ...descriptor }) => [
    ...charge({ descriptor, type: 'requests', amount: input.requests, already: 1 }, limits.requests),
    ...charge({ descriptor, type: 'tokens', amount: input.input, already: daily ? 0 : 1, daily }, limits.tokens),
  ])
  return [...whole, ...[...input.models].flatMap(([model, part]) => splitCharges(facts, model, part))]
}

/** Keys, teams and end users with a limit per day are held to that, in place of those per minute. */
function batchLimitsOf(facts: CallFacts, call: Call, settings: CheckSettings, now: Date): readonly BatchLimit[] {
  const daily = dailyLimitsOf(facts)
  const named = new Set(daily.map(({ name }) => name.replace(DAILY, '')))
  const byMinute = rateDescriptorsOf(facts, call, settings, now)
    .filter(({ name, counts }) => !named.has(name) && counts === undefined)
    .map(({ name, value, limits: { requests, tokens } }) => ({ name, value, limits: { requests, tokens } }))
    .filter(({ limits }) => limits.requests !== undefined || limits.tokens !== undefined)
  return [...daily, ...byMinute]
}

const DAILY = /_tpd$/

function dailyLimitsOf({ key, endUser }: CallFacts): readonly BatchLimit[] {
  const owners: readonly (readonly [string, string | undefined, Limits | undefined])[] = [
    ['api_key_tpd', key.hashedToken, key.limits],
    ['team_tpd', key.team?.id, key.team?.limits],
    ['end_user_tpd', endUser?.id, endUser?.limits],
  ]
  return owners.flatMap(([name, value, limits]) =>
    value === undefined || limits?.tpd === undefined
      ? []
      : [{ name, value, limits: { tokens: limits.tpd }, daily: true }],
  )
}

/** Those of projects are for the models that the requests name, not for the one that the batch is ordered of. */
function splitCharges({ key }: CallFacts, model: string, part: BatchPart): readonly BatchCharge[] {
  if (!key.project) return []
  return splitLimitsOf(key.project, model).flatMap(({ counts, limits, ...descriptor }) => {
    const limit = limits.tokens ?? 0
    const unbound = Math.min(UNBOUND_TOKENS, Math.max(1, Math.floor(limit / 4)))
    const amount = counts === 'output' ? part.output + part.unbound * unbound : part.input
    return charge({ descriptor, type: 'tokens', amount }, limit)
  })
}

function charge(taken: Omit<BatchCharge, 'limit'>, limit: number | undefined): readonly BatchCharge[] {
  return limit === undefined ? [] : [{ ...taken, limit }]
}
