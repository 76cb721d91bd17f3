import type { Json } from '../../types.ts'
import { type Delivery, DeliveryError, type DeliverySink } from '../outbox/delivery.ts'

/**
 * Code of your own that is told each call after it has ended, beside the ledger. What it throws, and what it rejects with,
 * means "not told": it is told again, so a call may come twice; `litellm_call_id` says which it is.
 */
export interface CustomLogger {
  /** Under which what waits for it is kept: letters, digits, `-`, `_` and `.`. Default: `custom-1` and so on. */
  readonly name?: string
  /** LiteLLM's `StandardLoggingPayload` of a call that was answered. */
  onSuccess?(payload: Json): unknown
  /** The same of one that failed. */
  onFailure?(payload: Json): unknown
}

/** Calls are told one by one: of a batch nobody could say which have been told. */
export function customSink(logger: CustomLogger): DeliverySink {
  const hears = logger.onSuccess && logger.onFailure ? undefined : logger.onSuccess ? 'success' : 'failure'
  return {
    batchSize: 1,
    flushIntervalMs: 0,
    hears,
    deliver: (batch) => tell(logger, batch),
  }
}

/** The logger that the file at `path` has as its default export. It is read when the first call is told, or before. */
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
