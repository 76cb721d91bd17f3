import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../../types.ts'
import { type Delivery, DeliveryError, type DeliverySink, isRefused } from '../outbox/delivery.ts'
import type { Alert } from './alert.ts'
import type { AlertClaims } from './alert-claims.ts'

/** An alert as an outbox keeps it. */
export type KeptAlert = Omit<Alert, 'at' | 'channels'> & { readonly at: string }

/** Tells one alert. `key` is the same whenever the same is told again. Rejects with a DeliveryError. */
export type SendAlert = (alert: KeptAlert, key: string, signal: AbortSignal) => Promise<unknown>

export interface AlertSinkOptions {
  /** Of the destination: each destination is told once. */
  readonly name: string
  readonly claims: AlertClaims
  readonly send: SendAlert
  /** For whom an alert is sent one by one. Default: for all in one go. */
  readonly partsOf?: (alert: KeptAlert) => readonly string[]
  /** How often another process that is telling the alert is asked whether it has. Default 250. */
  readonly askEveryMs?: number
}

/** So long another process is waited for within one attempt. */
const PATIENCE_MS = 10_000
const ALL: readonly string[] = ['']

/** Tells the alerts that no other process has told. */
export function alertSink({
  name,
  claims,
  send,
  partsOf = () => ALL,
  askEveryMs = 250,
}: AlertSinkOptions): DeliverySink {
  return {
    // Of a batch that fails it would not be known which have been told.
    batchSize: 1,
    flushIntervalMs: 0,
    async deliver(batch, signal) {
      for (const { id, payload } of batch) await tellParts(id, payload as unknown as KeptAlert, signal)
    },
  }

  /** A part that is refused for good does not keep the others from being told. */
  async function tellParts(deliveryId: string, alert: KeptAlert, signal: AbortSignal): Promise<void> {
    let refused: unknown
    for (const part of partsOf(alert)) {
      await tellOnce(deliveryId, part, alert, signal).catch((error) => {
        if (!isRefused(error)) throw error
        refused = error
      })
    }
    if (refused !== undefined) throw refused
  }

  async function tellOnce(deliveryId: string, part: string, alert: KeptAlert, signal: AbortSignal): Promise<void> {
    const claim = { id: [name, part, alert.id].join(' '), owner: `${part} ${deliveryId}`, periodMs: alert.periodMs }
    const end = performance.now() + PATIENCE_MS
    for (;;) {
      const answer = await claims.claim(claim)
      if (answer.state === 'told') return
      if (answer.state === 'mine') {
        await send(part === '' ? alert : { ...alert, emails: [part] }, answer.key, signal)
        return await claims.told(claim)
      }
      if (performance.now() > end || signal.aborted) {
        throw new DeliveryError('Another process has begun to tell it, and not ended yet')
      }
      await sleep(askEveryMs)
    }
  }
}

/** An alert as a delivery. Two of the same alert are two deliveries: which of them tells it, claims decide. */
export function deliveryOf({ channels: _, at, ...alert }: Alert, id: string): Delivery {
  return { id, status: 'success', payload: { ...alert, at: at.toISOString() } as unknown as Json }
}
