import { type Refusal, refusalError } from '../../admission/facts/refusal.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Action, Attempt, GiveUp, Try } from '../../models/routing/plan/action.ts'
import type { CallPlan } from '../../models/routing/plan/call-plan.ts'
import type { NoneReason } from '../../models/routing/usable.ts'
import type { Call } from '../../types.ts'
import { unknownModel } from '../request/call-errors.ts'
import type { RequestContext } from '../request/context.ts'

const WORDS: Readonly<Record<Exclude<NoneReason, 'no_route'>, string>> = {
  unknown_group: 'There are no healthy deployments for this model',
  cooling: 'No deployments available for selected model',
  tags: 'Not allowed to access model due to tags configuration',
  context_window: 'The prompt is longer than any deployment of this model reads',
  rate_limited: 'No deployments available for selected model',
}

export interface NextTryOptions {
  readonly gateway: Partial<Pick<Gateway, 'events' | 'admission'>>
  readonly plan: CallPlan
  readonly context: RequestContext
  readonly call: Call
}

export interface NextStep {
  readonly action: Action
  /** Why the last fallback that was passed over was none for this call. */
  readonly refusal?: Refusal
}

/** The way of one call through its tries. A fallback that budgets have no room for is passed over. */
export class NextTry {
  readonly #options: NextTryOptions
  readonly #attempts: Attempt[] = []
  /** Budgets have room for this model group. */
  #held: string

  constructor(options: NextTryOptions) {
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

  next(refusal?: Refusal): MaybePromise<NextStep> {
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

/**
 * What to tell the client when there was nothing to try. Begins with the words of LiteLLM's `RouterErrors`, which clients
 * look for. `undefined` when something was tried: then the upstream's own message says more.
 */
export function giveUpMessage({ giveUp, retryAfterMs }: GiveUp, modelGroup: string): string | undefined {
  if (giveUp === 'failed') return undefined
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1000)
  if (giveUp === 'no_route') {
    return (
      `model=${modelGroup} cannot be called by this API: its upstream has answered 404 to the route. ` +
      `It is asked again in ${seconds} seconds. Call the model by another API, or add a deployment that has this one.`
    )
  }
  const again = retryAfterMs === undefined ? '' : `, Try again in ${seconds} seconds`
  return `${WORDS[giveUp]}${again}. Passed model=${modelGroup}.`
}

type HoldingGateway = Partial<Pick<Gateway, 'events' | 'admission'>>

/** Holds what a call may cost at a fallback, before it is asked: it may be dearer. The refusal where no budget has room. */
function holdFallback(
  { admission, events }: HoldingGateway,
  { callId, key }: RequestContext,
  call: Call,
  { group, params }: Try,
): MaybePromise<Refusal | undefined> {
  if (!key || !admission?.fallBack) return undefined
  const meant = { ...call, modelGroup: group, json: { ...call.json, ...params } }
  return whenKnown(admission.fallBack({ callId, key, call: meant }), ({ refusal, reported }) => {
    for (const { code, message } of reported) {
      events?.tell('key:report', { code, message, hashedToken: key.hashedToken })
    }
    return refusal
  })
}

/** The answer to a call for which nothing was tried. `refusal`: budgets had no room for the fallbacks it could have had. */
export function giveUpError(
  action: GiveUp,
  refusal: NextStep['refusal'],
  call: Call,
  unknownModelStatus?: number,
): LiteLLMError {
  const { modelGroup } = call
  if (refusal) return refusalError(refusal)
  if (action.giveUp === 'unknown_group') return unknownModel(call, unknownModelStatus)
  const { retryAfterMs } = action
  return new LiteLLMError(action.giveUp === 'no_route' ? 'shape_unsupported' : 'no_deployment', {
    status: action.failure.status,
    message: giveUpMessage(action, modelGroup),
    headers: retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
  })
}
