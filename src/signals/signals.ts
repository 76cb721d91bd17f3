import type { GatewayEvents } from '../events.ts'
import type { SpendEvent, SpendSink } from '../types.ts'
import { OF_AUDIT } from './audit-callbacks.ts'
import { keyCallbacks } from './callbacks/key-callbacks.ts'
import type { ColdStorage } from './cold-storage.ts'
import type { Delivery } from './outbox/delivery.ts'
import type { Outbox } from './outbox/outbox.ts'
import { type PayloadOptions, payloadStatus, standardPayload, toldRequest } from './payload/standard-payload.ts'

export interface SignalsOptions {
  /** Those of the configuration, and those of keys as far as they are open. */
  readonly outboxes: readonly Outbox[]
  /** The outbox of a callback that keys have of their own. Opened when the first call is for it. */
  outboxOfKeys(name: string): Outbox
  readonly payload: PayloadOptions
  readonly cold?: ColdStorage
  readonly events: GatewayEvents
  /** A response waits until its call is kept for those who are to be told of it. */
  readonly durable: boolean
}

/**
 * The sink with callbacks beside it: each finished call is recorded, and kept for everybody who is to be told of it. What
 * goes wrong with the telling never touches the recording.
 */
export function withCallbacks(sink: SpendSink, options: SignalsOptions): SpendSink {
  const configured = () => options.outboxes.filter(({ name }) => !isOfKeys(name) && !name.startsWith(OF_AUDIT))
  const durable = options.durable && (configured().length > 0 || sink.durable === true)
  return {
    durable: durable || sink.durable === true,
    record(told) {
      const event = withColdKey(told, options)
      const kept = keep(event, configured(), options)
      const recorded = sink.record(event)
      return durable && kept !== undefined ? recordedAndKept(recorded, kept) : recorded
    },
    flush: () => sink.flush(),
    close: () => sink.close(),
  }
}

/**
 * The ledger with a sink of the operator's own beside it: both are told each call. What goes wrong with the sink is a fault,
 * and changes nothing of what the ledger does.
 */
export function besideLedger(ledger: SpendSink, own: SpendSink | undefined, events: GatewayEvents): SpendSink {
  if (!own) return ledger
  return {
    durable: ledger.durable === true || own.durable === true,
    record(event) {
      const recorded = ledger.record(event)
      const told = tell(event)
      return own.durable === true && told !== undefined ? recordedAndKept(recorded, told) : recorded
    },
    flush: async () => void (await Promise.all([ledger.flush(), own.flush()])),
    // What was passed in is borrowed.
    close: () => ledger.close(),
  }

  function tell(event: SpendEvent): Promise<void> | undefined {
    try {
      return own?.record(event)?.catch(fault)
    } catch (error) {
      return fault(error)
    }
  }

  function fault(error: unknown): undefined {
    events.tell('fault', { error, where: 'sink' })
  }
}

/** Names of outboxes that hold what keys' own callbacks are to be told. */
export const OF_KEYS = 'keys-'

function isOfKeys(name: string): boolean {
  return name.startsWith(OF_KEYS)
}

async function recordedAndKept(recorded: ReturnType<SpendSink['record']>, kept: Promise<unknown>): Promise<void> {
  try {
    await recorded
  } finally {
    await kept
  }
}

/** `undefined` when nobody is to be told. */
function keep(event: SpendEvent, configured: readonly Outbox[], options: SignalsOptions): Promise<unknown> | undefined {
  try {
    const { callId: id, key } = event
    const status = payloadStatus(event, options.payload)
    const hearing = configured.filter((outbox) => hears(outbox, status))
    const ofKey = key ? keyCallbacks(key).filter((one) => hears(one, status)) : []
    if (hearing.length + ofKey.length === 0) return undefined
    const { traceparent } = event.call
    const delivery = {
      id,
      status,
      payload: standardPayload(event, options.payload),
      ...(traceparent && { traceparent }),
    }
    return Promise.all([
      ...hearing.map((outbox) => outbox.add(outbox.name === options.cold?.name ? wholly(delivery) : delivery)),
      ...ofKey.map(({ name }) => options.outboxOfKeys(name).add({ ...delivery, owner: key?.hashedToken })),
    ])
  } catch (error) {
    options.events.tell('fault', { error, where: 'callbacks' })
    return undefined
  }

  /** Conversations go on with what was asked, by whichever API. */
  function wholly(delivery: Delivery): Delivery {
    return { ...delivery, payload: { ...delivery.payload, proxy_server_request: toldRequest(event, options.payload) } }
  }
}

/** The row and the object have one key. */
function withColdKey(event: SpendEvent, { cold, events }: SignalsOptions): SpendEvent {
  if (!cold) return event
  try {
    return { ...event, coldStorageKey: cold.keyOf(event) }
  } catch (error) {
    events.tell('fault', { error, where: 'callbacks' })
    return event
  }
}

function hears({ hears }: Pick<Outbox, 'hears'>, status: 'success' | 'failure'): boolean {
  return hears === undefined || hears === status
}
