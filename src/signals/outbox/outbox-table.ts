import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { ensureTables } from '../../database/sql/create-tables.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { Pause } from '../../ledger/drain/retry.ts'
import { adoptDeliveries, removeOwner, seeOwner } from './sql/adopt-deliveries.ts'
import { type DeliveryRow, keepDeliveries } from './sql/keep-deliveries.ts'
import { refuseDelivery, removeDeliveries } from './sql/leave-outbox.ts'
import { nextDeliveries, type WaitingRow } from './sql/next-deliveries.ts'
import { OUTBOX_TABLES } from './sql/outbox-tables.ts'

export interface OutboxTableOptions {
  readonly sql: Sql
  /** A database that takes longer is away. Default 5000. */
  readonly timeoutMs?: number
  /** How often this process says that it is alive, and looks for what dead ones have left. Default 4000. */
  readonly beatMs?: number
  /** Unseen for so long a process is dead. Default 12000. */
  readonly aliveMs?: number
  /** The callbacks that are not open yet and may have been left something. */
  readonly mayOpen?: readonly string[]
  /** Something was left for one of `mayOpen`: it is to be opened. */
  open?(callback: string): void
}

/** So much is adopted at once, of each callback. */
const ADOPTED = 1_000
const INSERTED = 500
const TABLES = { mark: 'outbox', statements: OUTBOX_TABLES }

/**
 * Deliveries of all callbacks of this process, in a table of our own: what waits there survives the machine. It belongs to
 * the process that has kept it; what a process leaves that is not alive any more is taken over by another.
 */
export class OutboxTable {
  readonly #options: Required<Omit<OutboxTableOptions, 'open'>> & Pick<OutboxTableOptions, 'open'>
  readonly #owner = randomUUID()
  readonly #found = new Map<string, (count: number) => void>()
  readonly #pause = new Pause()
  #adding: { readonly row: DeliveryRow; resolve(): void; reject(error: unknown): void }[] = []
  #sending: Promise<void> | undefined
  #ready: Promise<void> | undefined
  #beating: Promise<void> | undefined
  #closed = false

  constructor(options: OutboxTableOptions) {
    this.#options = { timeoutMs: 5_000, beatMs: 4_000, aliveMs: 12_000, mayOpen: [], ...options }
  }

  /** `found` hears of deliveries that a dead process has left for this callback, and that are ours now. */
  join(callback: string, found: (count: number) => void): void {
    this.#found.set(callback, found)
    this.start()
  }

  /** Looks for what was left, and goes on with it once something has joined. Safe to repeat. */
  start(): void {
    this.#beating ??= this.#beat()
  }

  /** Resolves when the row is committed. Rejects when that cannot be known in time: then it may be. */
  add(row: DeliveryRow): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#adding.push({ row, resolve, reject })
      this.#sending ??= this.#sendAll()
    })
  }

  async next(callback: string, count: number, maxBytes: number): Promise<readonly WaitingRow[]> {
    const { sql, timeoutMs } = this.#options
    await this.#prepare()
    return await withDeadline(nextDeliveries(sql, { callback, owner: this.#owner, count, maxBytes }), timeoutMs)
  }

  async remove(ids: readonly string[]): Promise<void> {
    await withDeadline(removeDeliveries(this.#options.sql, ids), this.#options.timeoutMs)
  }

  async refuse(id: string, reason: string): Promise<void> {
    await withDeadline(refuseDelivery(this.#options.sql, id, reason), this.#options.timeoutMs)
  }

  /** What waits is left to other processes. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#pause.end()
    await this.#beating
    await this.#sending
    if (!this.#ready) return
    await withDeadline(removeOwner(this.#options.sql, this.#owner), this.#options.timeoutMs).catch(() => {})
  }

  /** All that have come meanwhile go in one statement. */
  async #sendAll(): Promise<void> {
    await undefined
    const { sql, timeoutMs } = this.#options
    while (this.#adding.length > 0) {
      const batch = this.#adding.splice(0, INSERTED)
      try {
        await this.#prepare()
        const rows = batch.map(({ row }) => row)
        await withDeadline(keepDeliveries(sql, this.#owner, rows), timeoutMs)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#sending = undefined
  }

  /** The table is created by the process that comes first, also beside a LiteLLM that manages its own tables. */
  #prepare(): Promise<void> {
    const { sql, timeoutMs, aliveMs } = this.#options
    this.#ready ??= ensureTables(sql, TABLES)
      // Before it keeps something: the rows of a process that is alive are not adopted.
      .then(() => withDeadline(seeOwner(sql, this.#owner, aliveMs), timeoutMs))
      .then(
        () => {},
        (error) => {
          this.#ready = undefined
          throw error
        },
      )
    return this.#ready
  }

  async #beat(): Promise<void> {
    while (!this.#closed) {
      await this.#look().catch(() => {
        // The database is away: what waits in it waits on, and that it is away is told by others.
      })
      if (this.#found.size === 0) break
      if (!this.#closed) await this.#pause.take(this.#options.beatMs, false)
    }
    this.#beating = undefined
  }

  async #look(): Promise<void> {
    const { sql, timeoutMs, aliveMs, mayOpen, open } = this.#options
    await this.#prepare()
    await withDeadline(seeOwner(sql, this.#owner, aliveMs), timeoutMs)
    const callbacks = [...new Set([...this.#found.keys(), ...mayOpen])]
    const adopted = await withDeadline(adoptDeliveries(sql, this.#owner, callbacks, ADOPTED), timeoutMs)
    for (const { callback, count } of adopted) {
      if (!this.#found.has(callback)) open?.(callback)
      this.#found.get(callback)?.(count)
    }
  }
}
