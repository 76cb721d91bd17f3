import type { Refusal } from '../auth/refusal.ts'
import type { RequestContext } from '../context.ts'
import type { Gateway } from '../gateway.ts'
import { type NowOrLater, whenKnown } from '../now-or-later.ts'
import type { Action, Attempt } from '../routing/action.ts'
import type { CallPlan } from '../routing/call-plan.ts'
import type { Call } from '../types.ts'
import { holdFallback } from './hold-fallback.ts'

export interface WayOptions {
  readonly gateway: Partial<Pick<Gateway, 'events' | 'gate'>>
  readonly plan: CallPlan
  readonly context: RequestContext
  readonly call: Call
}

export interface WayOn {
  readonly action: Action
  /** Why the last fallback that was passed over was none for this call. */
  readonly refusal?: Refusal
}

/** The way of one call through its tries. A fallback that budgets have no room for is passed over. */
export class CallWay {
  readonly #options: WayOptions
  readonly #attempts: Attempt[] = []
  /** Budgets have room for this model group. */
  #held: string

  constructor(options: WayOptions) {
    this.#options = options
    this.#held = options.call.modelGroup
  }

  /** The tries that were made and failed. */
  get failed(): readonly Attempt[] {
    return this.#attempts.filter(({ passedOver }) => !passedOver)
  }

  fail(attempt: Attempt): void {
    this.#attempts.push(attempt)
  }

  next(refusal?: Refusal): NowOrLater<WayOn> {
    const { gateway, plan, context, call } = this.#options
    const action = plan.next(call, context.key, this.#attempts)
    if ('giveUp' in action || action.fallbacks === 0 || action.group === this.#held) return { action, refusal }
    return whenKnown(holdFallback(gateway, context, call, action), (refused) => {
      if (!refused) {
        this.#held = action.group
        return { action }
      }
      const failure = this.#attempts.at(-1)?.failure ?? { class: 'RateLimitError', status: 429 }
      this.#attempts.push({ tried: action, failure, passedOver: true })
      return this.next(refused)
    })
  }
}
