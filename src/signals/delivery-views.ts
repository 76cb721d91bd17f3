import type { OutboxGauges } from './outbox/outbox.ts'

/** For `/health/services`. */
export interface CallbackTests {
  /** Callbacks of the configuration. */
  names(): readonly string[]
  /** Tells this callback a made-up call. Why that has not arrived; `undefined`: it has. */
  test(name: string): Promise<string | undefined>
}

/** What `/health/readiness/details` says beside the database. */
export interface DeliveryStates {
  /** What other processes cannot see now, as a store fails: of budgets, limits, routing, resources, spend and cache. */
  notShared(): readonly string[]
  /** What waits for each callback, and what became of the rest. */
  outboxes(): Readonly<Record<string, OutboxGauges>>
  /** The Redis that is configured answers. `undefined`: none is configured. */
  redis(): 'connected' | 'disconnected' | undefined
}
