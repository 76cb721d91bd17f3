import type { Sql } from 'postgres'
import { createTables } from '../../../database/sql/create-tables.ts'
import { withDeadline } from '../../../database/with-deadline.ts'
import type { GatewayEvents } from '../../../events.ts'
import type { SharedAdmission, SharedBudgets } from '../shared-budgets.ts'
import { type AdmittedRow, admitCall } from './sql/admit-call.ts'
import { keepLeases, type LeaseState } from './sql/keep-leases.ts'
import { LEASE_TABLES } from './sql/lease-tables.ts'
import { WindowReader } from './window-reader.ts'

export interface LeaseBookOptions {
  readonly sql: Sql
  readonly events: GatewayEvents
  /** How long a lease outlives its process. Default 30000; renewed at a third of it. */
  readonly ttlMs?: number
  /** A database that takes longer is away. Default 5000: calls of one budget take turns, which is no outage. */
  readonly timeoutMs?: number
  /** Whether the log has all that was spent. Default true. */
  readonly logComplete?: boolean
  /** How often the log is read, of windows that calls count in. Default 60000. */
  readonly windowsEveryMs?: number
}

interface Lease {
  /** US dollars, once the call has ended. */
  cost?: number
  /** The cost is in the counters. It may be before the end of the call is told. */
  written: boolean
  /** US dollars that the running call has come to hold. */
  held?: number
  readonly since: number
}

/** While the database is away, it is asked again this often. */
const PROBE_EVERY_MS = 1_000
/** A call that never ends is given up after this. */
const MAX_AGE_MS = 3_600_000

/**
 * Budgets that hold over all processes on a database. What a call may cost is held in a row from its admission until its
 * cost is in LiteLLM's counters, so that it is never missing from both; for a moment it may be in both. Budgets that no
 * counter of LiteLLM's is for, windows and those of models, are counted in a table of our own. While the
 * database is away every call passes here, `budget:local` reports it: each process then counts for itself.
 */
export class LeaseBook implements SharedBudgets {
  readonly #sql: Sql
  readonly #events: GatewayEvents
  readonly #ttlMs: number
  readonly #timeoutMs: number
  readonly #leases = new Map<string, Lease>()
  readonly #changed = new Set<string>()
  readonly #timer: NodeJS.Timeout
  readonly #windows: WindowReader
  #ready: Promise<void> | undefined
  #sending: Promise<void> | undefined
  #away = false
  #probeAt = Number.NEGATIVE_INFINITY

  constructor({ sql, events, ttlMs = 30_000, timeoutMs = 5_000, ...log }: LeaseBookOptions) {
    this.#sql = sql
    this.#events = events
    this.#ttlMs = ttlMs
    this.#timeoutMs = timeoutMs
    this.#windows = new WindowReader({ sql, logComplete: log.logComplete ?? true, everyMs: log.windowsEveryMs })
    this.#timer = setInterval(() => this.#renew(), ttlMs / 3).unref()
  }

  async admit(call: Parameters<SharedBudgets['admit']>[0]): Promise<SharedAdmission | undefined> {
    if (call.budgets.length === 0 || (this.#away && performance.now() < this.#probeAt)) return undefined
    // One call asks whether the database is back; the others do not wait for the answer.
    this.#probeAt = performance.now() + this.#timeoutMs + PROBE_EVERY_MS
    try {
      await this.#prepare()
      await this.#windows.ready(call.budgets)
      let admission = await this.#ask(call)
      // What was just written is in the counter and in its lease until the lease is deleted: it is not twice as much.
      if (admission.over !== undefined && this.#sending !== undefined) {
        await this.#sending
        admission = await this.#ask(call)
      }
      this.#back()
      if (!admission.over) this.#leases.set(call.callId, { written: false, since: performance.now() })
      return admission
    } catch (error) {
      this.#lost(error)
    }
    return undefined
  }

  async #ask(call: Parameters<SharedBudgets['admit']>[0]): Promise<SharedAdmission> {
    const [row] = await withDeadline(admitCall(this.#sql, { ...call, ttlMs: this.#ttlMs }), this.#timeoutMs)
    return admissionOf(row)
  }

  grow(callId: string, amount: number): void {
    const lease = this.#leases.get(callId)
    if (!lease || lease.cost !== undefined) return
    lease.held = amount
    this.#change(callId)
  }

  settle(callId: string, cost: number): void {
    const lease = this.#leases.get(callId)
    if (!lease || lease.cost !== undefined) return
    lease.cost = cost
    this.#change(callId)
  }

  /** The cost of these calls is in the counters. */
  written(callIds: Iterable<string>): void {
    for (const callId of callIds) {
      const lease = this.#leases.get(callId)
      if (!lease) continue
      lease.written = true
      if (lease.cost !== undefined) this.#change(callId)
    }
  }

  /** Calls that hold a lease. */
  get size(): number {
    return this.#leases.size
  }

  /** Says what has become of the calls that have ended. Leases of calls that go on run out. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sending
    await this.#send().catch(() => {})
  }

  #change(callId: string): void {
    this.#changed.add(callId)
    this.#sending ??= this.#send()
      .catch((error: unknown) => this.#lost(error))
      .finally(() => {
        this.#sending = undefined
      })
  }

  async #send(): Promise<void> {
    // What comes while a statement is under way goes with the next one.
    while (this.#changed.size > 0) {
      await new Promise(setImmediate)
      const callIds = [...this.#changed]
      this.#changed.clear()
      await this.#keep(callIds)
    }
  }

  #renew(): void {
    const now = performance.now()
    for (const [callId, { since }] of this.#leases) {
      if (since + MAX_AGE_MS < now) this.#leases.delete(callId)
      else this.#change(callId)
    }
  }

  async #keep(callIds: readonly string[]): Promise<void> {
    const states = callIds.flatMap((callId) => {
      const lease = this.#leases.get(callId)
      return lease ? [stateOf(callId, lease)] : []
    })
    if (states.length === 0) return
    await withDeadline(keepLeases(this.#sql, states, this.#ttlMs), this.#timeoutMs)
    for (const { call_id: callId, gone } of states) if (gone) this.#leases.delete(callId)
  }

  /** The first process that needs the tables makes them. */
  #prepare(): Promise<void> {
    this.#ready ??= createTables(this.#sql, { mark: 'leases', statements: LEASE_TABLES }).catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }

  #lost(error: unknown): void {
    this.#probeAt = performance.now() + PROBE_EVERY_MS
    if (!this.#away) this.#events.tell('budget:local', { error })
    this.#away = true
  }

  #back(): void {
    if (this.#away) this.#events.tell('budget:shared')
    this.#away = false
  }
}

function admissionOf(row: AdmittedRow): SharedAdmission {
  const { over_counter: counter, over_spend: spend, over_reserved: reserved, over_running: running } = row
  const ends = (row.ends ?? []).map(({ counter, ends_at }) => ({ counter, endsAt: new Date(ends_at) }))
  if (counter === null) return { ends }
  return { over: { counter, spend: Number(spend), reserved: Number(reserved), running: Number(running) }, ends }
}

function stateOf(callId: string, { cost, held, written }: Lease): LeaseState {
  return {
    call_id: callId,
    cost: cost ?? null,
    held: held ?? null,
    gone: cost === 0 || (cost !== undefined && written),
  }
}
