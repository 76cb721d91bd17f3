import type { GatewayEvents } from '../events.ts'
import type { SpendEvent, SpendSink } from '../types.ts'
import type { Outbox } from './outbox/outbox.ts'
import { type PayloadOptions, standardPayload } from './payload/standard-payload.ts'

export interface SignalsOptions {
  readonly outboxes: readonly Outbox[]
  readonly payload: PayloadOptions
  readonly events: GatewayEvents
  /** A response waits until its call is kept for those who are to be told of it. */
  readonly durable: boolean
}

/**
 * The sink with callbacks beside it: each finished call is recorded, and kept for everybody who is to be told of it. What
 * goes wrong with the telling never touches the recording.
 */
export function withCallbacks(sink: SpendSink, options: SignalsOptions): SpendSink {
  if (options.outboxes.length === 0) return sink
  const { durable } = options
  return {
    durable: durable || sink.durable === true,
    record(event) {
      const kept = keep(event, options)
      const recorded = sink.record(event)
      return durable ? recordedAndKept(recorded, kept) : recorded
    },
    flush: () => sink.flush(),
    close: () => sink.close(),
  }
}

async function recordedAndKept(recorded: ReturnType<SpendSink['record']>, kept: Promise<unknown>): Promise<void> {
  try {
    await recorded
  } finally {
    await kept
  }
}

async function keep(event: SpendEvent, { outboxes, payload: options, events }: SignalsOptions): Promise<void> {
  try {
    const { callId: id, outcome } = event
    const { status } = outcome
    const hearing = outboxes.filter(({ hears }) => hears === undefined || hears === status)
    if (hearing.length === 0) return
    const delivery = { id, status, payload: standardPayload(event, options) }
    await Promise.all(hearing.map((outbox) => outbox.add(delivery)))
  } catch (error) {
    events.tell('fault', { error, where: 'callbacks' })
  }
}
