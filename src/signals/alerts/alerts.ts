import { randomUUID } from 'node:crypto'
import type { GatewayEvents } from '../../events.ts'
import { oldestBeyond } from '../../lib/memoize.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Alert } from './alert.ts'
import { deliveryOf } from './alert-sink.ts'
import type { AlertType, Channel } from './alert-types.ts'

/** One address that alerts are sent to. */
export interface AlertTarget {
  readonly channel: Channel
  /** What it is sent. */
  hears(alert: Alert): boolean
  readonly outbox: Outbox
}

export interface AlertsOptions {
  readonly events: GatewayEvents
  /** `alert_types`. */
  readonly types: ReadonlySet<AlertType>
  readonly targets: readonly AlertTarget[]
}

/** Alerts remembered; beyond it the oldest are handed to their outboxes again, where claims stop them. */
const MAX_REMEMBERED = 10_000

/** Hands alerts to the outboxes of those who are to be told. */
export class Alerts {
  readonly #options: AlertsOptions
  /** Until when an alert needs not be handed over again, in milliseconds since the epoch. */
  readonly #handedOver = new Map<string, number>()

  constructor(options: AlertsOptions) {
    this.#options = options
  }

  hears(type: AlertType): boolean {
    return this.#options.types.has(type)
  }

  /** Never throws. What one process has told already is not told by another: the outbox's sink sees to that. */
  readonly tell = (alert: Alert): void => {
    if (!this.hears(alert.type) || this.#wasHandedOver(alert)) return
    const { targets, events } = this.#options
    for (const { channel, hears, outbox } of targets) {
      const isFor = alert.channels === undefined || alert.channels.includes(channel)
      if (isFor && hears(alert)) void outbox.add(deliveryOf(alert, `${alert.id} ${randomUUID()}`))
    }
    const { id, type, level } = alert
    events.tell('alert:raise', { id, type, level })
  }

  /** Sends a test to every address of a channel, also where it gets other types of alerts. False where it has none. */
  test(channel: Channel, about: Pick<Alert, 'message' | 'event' | 'emails'>): boolean {
    const targets = this.#options.targets.filter((target) => target.channel === channel)
    const id = `test ${randomUUID()}`
    const alert: Alert = { ...about, id, type: 'budget_alerts', level: 'Low', at: new Date(), periodMs: 0 }
    for (const { outbox } of targets) void outbox.add(deliveryOf(alert, id))
    return targets.length > 0
  }

  /** `alert_types`. */
  get types(): readonly AlertType[] {
    return [...this.#options.types]
  }

  #wasHandedOver({ id, periodMs }: Alert): boolean {
    if (periodMs === 0) return false
    const now = Date.now()
    if ((this.#handedOver.get(id) ?? 0) > now) return true
    this.#handedOver.delete(id)
    this.#handedOver.set(id, now + periodMs)
    for (const oldest of oldestBeyond(this.#handedOver, MAX_REMEMBERED)) this.#handedOver.delete(oldest)
    return false
  }
}
