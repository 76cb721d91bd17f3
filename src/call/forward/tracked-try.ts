import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Try } from '../../models/routing/plan/action.ts'
import type { CallPlan } from '../../models/routing/plan/call-plan.ts'
import type { TrackedResult } from '../../models/routing/router.ts'
import type { Call } from '../../types.ts'
import type { Reading } from '../../usage/meter/reading.ts'
import type { FailedTry } from './answer-body.ts'

/** Tells the router how one try ended. It listens to the first word. */
export class TrackedTry {
  /** The client waits for a shorter time than the operator would: the deployment is not slow for that. */
  readonly #isImpatient: () => boolean
  readonly #tell: (result: TrackedResult) => void
  readonly #startedAt = performance.now()

  constructor(plan: CallPlan, call: Call, { try: deployment, group }: Try, timeoutMs: number | undefined) {
    this.#tell = plan.track(deployment, call, group)
    this.#isImpatient = () => {
      const own = plan.timeoutMs(deployment, { ...call, json: undefined }, {})
      return timeoutMs !== undefined && own !== undefined && timeoutMs < own
    }
  }

  /** How long it took is known now; what it used, when it has been read. */
  succeeded(reading: MaybePromise<Reading> | undefined): void {
    const ended = this.#ended(true)
    void whenKnown(reading, (found) => {
      const { promptTokens = 0, completionTokens = 0 } = found?.usage ?? {}
      this.#tell({ ...ended, promptTokens, completionTokens })
    })
  }

  /** `isTheirs`: what went wrong says nothing about the deployment. */
  failed({ failure, retryAfterMs, namesOwn }: FailedTry, isTheirs: boolean): void {
    const timedOut = failure.class === 'Timeout'
    const says = !isTheirs && !(timedOut && this.#isImpatient())
    this.#tell({ ...this.#ended(false), timedOut, failure: says ? failure : undefined, retryAfterMs, namesOwn })
  }

  /** Nothing waits for it any more. */
  stopped(): void {
    this.#tell(this.#ended(false))
  }

  #ended(success: boolean): TrackedResult {
    const durationMs = performance.now() - this.#startedAt
    return { durationMs, promptTokens: 0, completionTokens: 0, success, timedOut: false }
  }
}
