import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { ensureTables } from '../../database/sql/create-tables.ts'
import { codeOf, NOT_CREATED } from '../../database/sqlstates.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { oldestBeyond } from '../../lib/memoize.ts'
import { ALERT_TABLES } from './sql/alert-tables.ts'
import { claimAlert } from './sql/claim-alert.ts'
import { markTold } from './sql/mark-told.ts'

export interface Claim {
  readonly id: string
  /** The delivery that is about to tell it. */
  readonly owner: string
  readonly periodMs: number
}

/** `mine`: tell it, with this key by which its repetitions are known. `told`: another process has told it. `others`: another process is telling it. */
export type ClaimAnswer = { readonly state: 'mine'; readonly key: string } | { readonly state: 'told' | 'others' }

export interface AlertClaimsOptions {
  /** Absent: this process decides alone. */
  readonly sql?: Sql
  /** So long a process may take to tell an alert before another one does. Longer than a delivery may take. */
  readonly leaseMs: number
  /** A database that takes longer is away. Default 5000. */
  readonly timeoutMs?: number
}

/** Alerts remembered here; beyond it the oldest may be told again. */
const MAX_REMEMBERED = 10_000
const TABLES = { mark: 'alerts', statements: ALERT_TABLES }

/**
 * Decides which process tells an alert: the one that has its row in a table of our own. While the database cannot be
 * asked each process decides for itself: an alert that comes twice is better than none, and may be about the database.
 */
export class AlertClaims {
  readonly #options: Required<Omit<AlertClaimsOptions, 'sql'>> & Pick<AlertClaimsOptions, 'sql'>
  /** Until when the same is not told again by this process, in milliseconds since the epoch. */
  readonly #told = new Map<string, number>()
  #ready: Promise<void> | undefined

  constructor(options: AlertClaimsOptions) {
    this.#options = { timeoutMs: 5_000, ...options }
  }

  /** Never rejects. */
  async claim({ id, owner, periodMs }: Claim): Promise<ClaimAnswer> {
    if (periodMs === 0) return { state: 'mine', key: keyOf(owner) }
    const { sql, leaseMs, timeoutMs } = this.#options
    if ((this.#told.get(id) ?? 0) > Date.now()) return { state: 'told' }
    if (!sql) return { state: 'mine', key: keyOf(owner) }
    try {
      await this.#prepare(sql)
      const [row] = await withDeadline(claimAlert(sql, { id, owner, leaseMs, periodMs }), timeoutMs)
      if (row?.key) return { state: 'mine', key: row.key }
      return { state: row?.told ? 'told' : 'others' }
    } catch (error) {
      if (NOT_CREATED.has(codeOf(error))) this.#ready = undefined
      return { state: 'mine', key: keyOf(owner) }
    }
  }

  /** It was told. Never rejects: at worst the same is told again after the lease. */
  async told({ id, owner, periodMs }: Claim): Promise<void> {
    if (periodMs === 0) return
    const { sql, timeoutMs } = this.#options
    this.#told.delete(id)
    this.#told.set(id, Date.now() + periodMs)
    for (const oldest of oldestBeyond(this.#told, MAX_REMEMBERED)) this.#told.delete(oldest)
    if (sql) await withDeadline(markTold(sql, { id, owner, periodMs }), timeoutMs).catch(() => {})
  }

  /** The table is created by the process that comes first, also beside a LiteLLM that manages its own tables. */
  #prepare(sql: Sql): Promise<void> {
    this.#ready ??= ensureTables(sql, TABLES).catch((error) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }
}

function keyOf(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 32)
}
