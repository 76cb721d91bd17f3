import { overflow } from '../overflow.ts'
import { rateCounterName } from './rate-counter-name.ts'
import type { RateCounters } from './rate-counters.ts'
import type { RateDescriptor } from './rate-descriptor.ts'
import type { RateLimitOptions } from './rate-limits.ts'
import type { Refusal } from './refusal.ts'
import { type Taken, takeBack } from './take-back.ts'
import { utcText } from './utc-text.ts'

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
    for (const oldest of overflow(this.#daily, MAX_RUNNING)) this.#daily.delete(oldest)
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
