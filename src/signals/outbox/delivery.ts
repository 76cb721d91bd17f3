import type { Json } from '../../types.ts'

/** One call to be told, as it is kept until it is. */
export interface Delivery {
  /** Ours, unique per call: whoever hears of it twice knows by this. */
  readonly id: string
  readonly status: 'success' | 'failure'
  /** LiteLLM's StandardLoggingPayload. */
  readonly payload: Json
  /** The client's span, by W3C Trace Context: the call is a part of its trace. */
  readonly traceparent?: string
  /** The hashed token of the key whose own callback this is for. */
  readonly owner?: string
}

/** Where deliveries go. */
export interface DeliverySink {
  /** Resolves when all of `batch` have arrived. Rejects with a DeliveryError that says whether to try again. */
  deliver(batch: readonly Delivery[], signal: AbortSignal): Promise<void>
  /** Most deliveries in one batch. Default 512, as in LiteLLM. */
  readonly batchSize?: number
  /** Most bytes of one batch that waits in a journal. Default 4 MiB. */
  readonly batchBytes?: number
  /** Longest time that a delivery waits for others. Default 5 s, as in LiteLLM. */
  readonly flushIntervalMs?: number
  /** Which calls it hears of. Default: all. May change. */
  readonly hears?: 'success' | 'failure' | 'nothing'
}

/** A destination that a new configuration may change, while its outbox stays. */
export interface SwappableSink {
  readonly sink: DeliverySink
  /** Goes on with another destination. `undefined`: it is told what waits, and hears of no further call. */
  use(next: DeliverySink | undefined): void
}

/** Sizes and times of batches are those of the first. */
export function swappable(first: DeliverySink): SwappableSink {
  let current = first
  let isNamed = true
  return {
    sink: {
      ...first,
      deliver: (batch, signal) => current.deliver(batch, signal),
      get hears() {
        return isNamed ? current.hears : 'nothing'
      },
    },
    use(next) {
      isNamed = next !== undefined
      if (next) current = next
    },
  }
}

interface DeliveryErrorOptions {
  readonly isRefused?: boolean
  readonly status?: number
  readonly cause?: unknown
}

/** Why a batch has not arrived. Its message holds nothing of what was sent or answered. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  /** The batch is at fault itself: to repeat it is in vain. */
  readonly isRefused: boolean
  /** Of the answer, where there was one. */
  readonly status: number | undefined

  constructor(message: string, options: DeliveryErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.isRefused = options.isRefused ?? false
    this.status = options.status
  }
}

export function isRefused(error: unknown): boolean {
  // A line that is no delivery is one.
  return error instanceof SyntaxError || (error instanceof DeliveryError && error.isRefused)
}
