import { oldestBeyond } from '../../lib/memoize.ts'
import type { BatchInput, BatchPart, Call, Limits } from '../../types.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import type { Refusal } from '../facts/refusal.ts'
import { utcText } from '../facts/time-zone.ts'
import { type RateCounters, type Taken, takeBack } from './rate-counters.ts'
import { hasSplitLimits, type RateDescriptor, rateCounterName, splitLimitsOf } from './rate-descriptor.ts'
import { rateDescriptorsOf } from './rate-descriptors.ts'
import type { RateLimitOptions } from './rate-limits.ts'

/** What LiteLLM takes an answer to have that nothing bounds, at most a quarter of its limit. */
const UNBOUND_TOKENS = 1_024

const DAILY = /_tpd$/

/** What a batch takes of one limit. */
export interface BatchCharge {
  readonly descriptor: Pick<RateDescriptor, 'name' | 'value'>
  readonly type: 'requests' | 'tokens'
  readonly amount: number
  readonly limit: number
  /** What the order itself has been counted for before. Default 0. */
  readonly already?: number
  /** By the day; given back when the batch is not made. Else by the window of all limits. */
  readonly daily?: boolean
}

const DAY_MS = 86_400_000
/** Orders of batches that have not been answered. */
const MAX_RUNNING = 10_000

/** A batch is counted when it is ordered, with all that is in it: by all of its limits, or by none. */
export class BatchRates {
  readonly #counters: RateCounters
  readonly #windowMs: number
  readonly #clock: () => Date
  readonly #daily = new Map<string, readonly Taken[]>()

  constructor({ counters, windowMs = 60_000, clock = () => new Date() }: Omit<RateLimitOptions, 'places'>) {
    this.#counters = counters
    this.#windowMs = windowMs
    this.#clock = clock
  }

  /** `looking`: what `admit` would say; nothing is counted. */
  async admit(callId: string, charges: readonly BatchCharge[], looking = false): Promise<Refusal | undefined> {
    const taken: Taken[] = []
    const daily: Taken[] = []
    for (const charge of charges) {
      const { descriptor, type, limit } = charge
      const amount = charge.amount - (charge.already ?? 0)
      const counter = rateCounterName(descriptor, type)
      const windowMs = charge.daily ? DAY_MS : this.#windowMs
      const { count, resetsInMs } = await this.#counters.add(counter, amount, windowMs)
      const entry = { counter, amount, windowMs, endsAt: this.#clock().getTime() + resetsInMs }
      taken.push(entry)
      if (charge.daily) daily.push(entry)
      if (count <= limit) continue
      await takeBack(this.#counters, taken, this.#clock)
      return refusalOf(charge, limit - (count - charge.amount), resetsInMs, this.#clock())
    }
    if (looking) await takeBack(this.#counters, taken, this.#clock)
    else if (daily.length > 0) this.#remember(callId, daily)
    return undefined
  }

  /** Whether this call has ordered a batch that took something of a day. */
  holds(callId: string): boolean {
    return this.#daily.has(callId)
  }

  /** The order is answered. As in LiteLLM, one that failed gives back what it took of a day, and nothing of a minute. */
  async finish(callId: string, failed: boolean): Promise<void> {
    const daily = this.#daily.get(callId) ?? []
    this.#daily.delete(callId)
    if (failed) await takeBack(this.#counters, daily, this.#clock)
  }

  #remember(callId: string, daily: readonly Taken[]): void {
    this.#daily.set(callId, daily)
    for (const oldest of oldestBeyond(this.#daily, MAX_RUNNING)) this.#daily.delete(oldest)
  }
}

/** LiteLLM's 429 of a batch. */
function refusalOf(
  { descriptor, type, amount, limit, daily }: BatchCharge,
  left: number,
  resetsInMs: number,
  now: Date,
) {
  const resetAt = utcText(new Date(now.getTime() + resetsInMs))
  const unit = type === 'requests' ? 'RPM' : daily ? 'TPD' : 'TPM'
  return {
    code: 'rate_limited',
    exceeded: { type },
    message:
      `Batch rate limit exceeded for ${descriptor.name}: ${descriptor.value}. ` +
      `Batch contains ${amount} ${type} but only ${Math.max(0, Math.floor(left))} ${type} remaining ` +
      `out of ${limit} ${unit} limit. Limit resets at: ${resetAt}`,
    headers: {
      'retry-after': String(Math.max(1, Math.ceil(resetsInMs / 1000))),
      rate_limit_type: type,
      reset_at: resetAt,
    },
  } as const
}

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
