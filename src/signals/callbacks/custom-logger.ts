import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { Json, VirtualKey } from '../../types.ts'
import { type Delivery, DeliveryError, type DeliverySink } from '../outbox/delivery.ts'

/** A call, as hooks are shown it. */
export interface HookedCall {
  readonly callId: string
  /** The public model name that was asked for. */
  readonly modelGroup: string
  /** The wire format: `openai-chat`, `anthropic-messages` and so on. */
  readonly shape: string
  /** LiteLLM's name of it: `acompletion`, `aembedding` and so on. */
  readonly callType: string
  readonly stream: boolean
  readonly endUserId: string | undefined
  /** The row behind the client's secret. */
  readonly key: VirtualKey | undefined
}

/** What `preCall` decides: `body` takes the place of the client's, `refuse` is told to the client. Nothing: go on. */
export interface PreCallResult {
  readonly body?: Json
  readonly refuse?: string
  /** HTTP status of the refusal, 400 to 499. Default: 400. */
  readonly status?: number
}

/** How a call is about to be answered. */
export interface HookedAnswer {
  readonly statusCode: number
  /** `undefined` where no deployment was asked. */
  readonly deploymentId: string | undefined
  readonly model: string | undefined
  readonly provider: string | undefined
}

/**
 * Code of your own. `onSuccess` and `onFailure` are told each call after it has ended, beside the ledger: what they throw,
 * and what they reject with, means "not told", and it is told again, so a call may come twice; `litellm_call_id` says
 * which it is. The other three are hooks on the way of a call.
 */
export interface CustomLogger {
  /** Under which what waits for it is kept: letters, digits, `-`, `_` and `.`. Default: `custom-1` and so on. */
  readonly name?: string
  /** LiteLLM's `StandardLoggingPayload` of a call that was answered. */
  onSuccess?(payload: Json): unknown
  /** The same of one that failed. */
  onFailure?(payload: Json): unknown
  /**
   * Before a call is made, after its key was admitted: may change the body or refuse the call. `body` is `undefined` for
   * forms. What it throws, and more than 10 s, refuses the call with 500: a rule that cannot be asked does not let pass.
   */
  preCall?(body: Json | undefined, call: HookedCall): MaybePromise<PreCallResult | undefined>
  /** Each event of a streamed answer, after the client was sent it, in the client's API. What it throws is a fault. */
  onStreamEvent?(event: Json, call: HookedCall): unknown
  /**
   * Before the head of an answer is sent: headers to add. It must say them at once: no answer waits for a promise. What it
   * throws is a fault, and the answer goes out without them.
   */
  postCall?(call: HookedCall, answer: HookedAnswer): Readonly<Record<string, string>> | undefined
}

export const LOGGER_METHODS = ['onSuccess', 'onFailure', 'preCall', 'onStreamEvent', 'postCall'] as const

/** Calls are told one by one: of a batch that fails it would not be known which have been told. `undefined`: it is told none. */
export function customSink(logger: CustomLogger): DeliverySink | undefined {
  if (!logger.onSuccess && !logger.onFailure) return undefined
  const hears = logger.onSuccess && logger.onFailure ? undefined : logger.onSuccess ? 'success' : 'failure'
  return {
    batchSize: 1,
    flushIntervalMs: 0,
    hears,
    deliver: (batch) => tell(logger, batch),
  }
}

/** The logger that the file at `path` has as its default export. */
export function loadedSink(path: string, load: () => Promise<CustomLogger>): DeliverySink {
  return {
    batchSize: 1,
    flushIntervalMs: 0,
    async deliver(batch) {
      const logger = await load().catch((cause: unknown) => {
        throw new DeliveryError(`${path} cannot be loaded`, { cause })
      })
      await tell(logger, batch)
    },
  }
}

async function tell(logger: CustomLogger, batch: readonly Delivery[]): Promise<void> {
  for (const { status, payload } of batch) {
    await (status === 'success' ? logger.onSuccess?.(payload) : logger.onFailure?.(payload))
  }
}
