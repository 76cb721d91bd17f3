import { oldestBeyond } from '../../lib/memoize.ts'
import type { TokensOfCall } from '../facts/estimate.ts'
import type { Refusal } from '../facts/refusal.ts'
import { utcText } from '../facts/time-zone.ts'
import { ParallelCalls, type ParallelPlaces } from './parallel-calls.ts'
import { type RateCounters, type Taken, takeBack } from './rate-counters.ts'
import { type LimitType, type RateDescriptor, rateCounterName } from './rate-descriptor.ts'

export interface RateLimitOptions {
  readonly counters: RateCounters
  /** Default: those of this process. */
  readonly places?: ParallelPlaces
  /** Default 60000: limits are per minute. */
  readonly windowMs?: number
  readonly clock?: () => Date
}

export interface Admission {
  readonly refusal?: Refusal
  /** For the answer of a call that passed. */
  readonly headers: Readonly<Record<string, string>>
}

/** Of each kind as many, or how many of which. */
type Tokens = number | TokensOfCall

interface Held extends Taken {
  readonly counts: RateDescriptor['counts']
}

type HeldOf = Held & { readonly type: LimitType }

type Taking = Admission & { readonly taken: readonly HeldOf[] }

/** Calls that are running and hold tokens, to be corrected when they end. */
const MAX_RUNNING = 100_000

/**
 * LiteLLM's rate limits: fixed windows that begin with the first call, one per descriptor and kind of limit. A call is
 * admitted by all of its limits or counted by none. Tokens are held by estimate and corrected when the call has ended,
 * so a token limit is exceeded by the calls that are running at most, not by all that follow.
 */
export class RateLimits {
  readonly #counters: RateCounters
  readonly #windowMs: number
  readonly #clock: () => Date
  readonly #places: ParallelPlaces
  readonly #running = new Map<string, readonly Held[]>()

  constructor({ counters, places, windowMs = 60_000, clock = () => new Date() }: RateLimitOptions) {
    this.#counters = counters
    this.#windowMs = windowMs
    this.#clock = clock
    this.#places = places ?? new ParallelCalls()
  }

  /** What `admit` would say of this call, which counts for no other. */
  async look(callId: string, descriptors: readonly RateDescriptor[], tokens: Tokens = 0): Promise<Admission> {
    const { taken, ...admission } = await this.#take(callId, descriptors, tokens)
    this.#places.leave(callId)
    await takeBack(this.#counters, taken, this.#clock)
    return admission
  }

  /** `tokens`: how many the call is expected to use; 0 when that is not known. */
  async admit(callId: string, descriptors: readonly RateDescriptor[], tokens: Tokens = 0): Promise<Admission> {
    const { taken, ...admission } = await this.#take(callId, descriptors, tokens)
    this.#remember(
      callId,
      taken.filter(({ type }) => type === 'tokens'),
    )
    return admission
  }

  /** What the call holds now: nothing when it is refused. */
  async #take(callId: string, descriptors: readonly RateDescriptor[], tokens: Tokens): Promise<Taking> {
    const states: RateState[] = []
    const taken: HeldOf[] = []
    let isOver = false
    for (const { descriptor, type, limit } of limitsOf(descriptors)) {
      const counter = rateCounterName(descriptor, type)
      if (type === 'max_parallel_requests') {
        const used = await this.#orGiveUp(callId, this.#places.enter(counter, callId, limit))
        // No window ends here: the next moment may have a free place.
        states.push({ descriptor, type, limit, used, resetsInMs: 1000 })
      } else {
        const { counts } = descriptor
        const amount = type === 'requests' ? 1 : Math.max(1, Math.min(amountOf(tokens, counts), limit))
        const windowMs = descriptor.windowMs ?? this.#windowMs
        const adding = this.#counters.add(counter, amount, windowMs)
        const { count, resetsInMs } = await this.#orGiveUp(callId, adding)
        taken.push({ counter, type, amount, counts, windowMs, endsAt: this.#clock().getTime() + resetsInMs })
        // Of tokens, the input of the call must fit, of requests the call itself.
        const used = type === 'tokens' ? count - amount + 1 : count
        states.push({ descriptor, type, limit, used, resetsInMs })
        if (type === 'tokens' && used - 1 + inputOf(tokens, counts) > limit) isOver = true
      }
      const state = states.at(-1)
      if (state && (state.used > limit || isOver)) {
        this.#places.leave(callId)
        await takeBack(this.#counters, taken, this.#clock)
        const { used } = state
        const left = { ...state, used: used > limit ? used : used - 1 }
        return { refusal: rateLimited(left, this.#clock()), headers: {}, taken: [] }
      }
    }
    return { headers: rateHeaders(states), taken }
  }

  /** The call has ended and used this many tokens, by `tokensOfCall`. Only the first time counts. */
  async finish(callId: string, tokens: Tokens): Promise<void> {
    this.#places.leave(callId)
    const held = this.#running.get(callId)
    if (!held) return
    this.#running.delete(callId)
    const now = this.#clock().getTime()
    for (const { counter, amount, counts, windowMs, endsAt } of held) {
      // Tokens count in the window in which they are known; what was held in an earlier one is gone with it.
      const used = amountOf(tokens, counts)
      const correction = now < endsAt ? used - amount : used
      if (correction !== 0) await this.#counters.add(counter, correction, windowMs)
    }
  }

  /** A store that fails lets no call hold its place among the parallel ones. */
  async #orGiveUp<T>(callId: string, asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      this.#places.leave(callId)
      throw error
    }
  }

  #remember(callId: string, held: readonly Held[]): void {
    if (held.length === 0) return
    this.#running.set(callId, held)
    for (const oldest of oldestBeyond(this.#running, MAX_RUNNING)) this.#running.delete(oldest)
  }
}

function amountOf(tokens: Tokens, counts: RateDescriptor['counts']): number {
  return typeof tokens === 'number' ? tokens : tokens[counts ?? 'counted']
}

/** What a call is sure to use: as LiteLLM, a limit that it does not fit into refuses it before it is made. */
function inputOf(tokens: Tokens, counts: RateDescriptor['counts']): number {
  return typeof tokens === 'number' || counts === 'output' ? 1 : Math.max(1, tokens.saidInput?.() ?? 1)
}

const TYPES: readonly LimitType[] = ['requests', 'tokens', 'max_parallel_requests']

function limitsOf(descriptors: readonly RateDescriptor[]) {
  return descriptors.flatMap((descriptor) =>
    TYPES.flatMap((type) => {
      const limit = descriptor.limits[type]
      return limit === undefined ? [] : [{ descriptor, type, limit }]
    }),
  )
}

/** How much of one limit is used. */
interface RateState {
  readonly descriptor: RateDescriptor
  readonly type: LimitType
  readonly limit: number
  readonly used: number
  readonly resetsInMs: number
}

/** LiteLLM's 429, with the true time of the reset. */
function rateLimited({ descriptor, type, limit, used, resetsInMs }: RateState, now: Date): Refusal {
  const resetAt = utcText(new Date(now.getTime() + resetsInMs))
  return {
    code: 'rate_limited',
    exceeded: { type },
    message:
      descriptor.sentence?.(used) ??
      `Rate limit exceeded for ${descriptor.name}: ${descriptor.value}. Limit type: ${type}. ` +
        `Current limit: ${limit}, Remaining: ${remaining(limit, used)}. Limit resets at: ${resetAt}`,
    headers: {
      'retry-after': String(Math.max(1, Math.ceil(resetsInMs / 1000))),
      rate_limit_type: type,
      reset_at: resetAt,
    },
  }
}

/** `x-ratelimit-api_key-remaining-requests` and the like, for an answer that passed. */
function rateHeaders(states: readonly RateState[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    states
      .filter(({ descriptor }) => !descriptor.hidden)
      .flatMap(({ descriptor, type, limit, used }) => [
        [`x-ratelimit-${descriptor.name}-remaining-${type}`, String(remaining(limit, used))],
        [`x-ratelimit-${descriptor.name}-limit-${type}`, String(limit)],
      ]),
  )
}

function remaining(limit: number, used: number): number {
  return Math.max(0, Math.floor(limit - used))
}
