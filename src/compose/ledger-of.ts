import { createHash } from 'node:crypto'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { createJournalLedger, type JournalLedgerOptions } from '../ledger/journal-ledger.ts'
import { createMemoryLedger } from '../ledger/memory-ledger.ts'
import { type OpenBuffer, openSpendBuffer } from '../ledger/redis/open-spend-buffer.ts'
import { type SpendLedger, warnOfDrops } from '../ledger/spend-counts.ts'
import { createSyncLedger, type SyncLedgerOptions } from '../ledger/sync-ledger.ts'
import { createLedgerWriter } from '../ledger/write/ledger-writer.ts'
import type { Durability } from '../types.ts'
import { MissingDailies } from '../upkeep/missing-dailies.ts'

/** How long `close` tries to write what is left, unless it is told otherwise. */
const CLOSE_TIMEOUT_MS = 10_000
/** How long a response waits for its row with `durability: sync`. */
const SYNC_WAIT_MS = 5_000
/** How long the others wait when the process that writes for all has died. */
const LOCK_MS = 5_000
/** How long LiteLLM may write daily rows after log rows, beside this gateway. */
const SETTLE_MS = 20_000
/** How often a missing daily table is looked for, while calls are written. */
const RECHECK_MS = 10_000
const SEGMENT_BYTES = 16 << 20
const FSYNC_INTERVAL_MS = 1_000

/** The ledger with the durability that was chosen, or `undefined` where calls go nowhere: they are only told as events. */
export function ledgerOf(
  config: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): SpendLedger | undefined {
  const { spend, durability = 'memory', journal, spendBuffer, timeZone, compat, settings } = config
  if (!database || spend.disabled) return undefined
  warnOfDrops(events)
  const write = createLedgerWriter({
    ...spend,
    sql: database.writer,
    schema: () => database.schema({ fresh: true }),
    missing: new MissingDailies({
      sql: database.sql,
      repairs: spend.rows && spend.url === undefined,
      settleMs: SETTLE_MS,
      recheckMs: RECHECK_MS,
      onMissing: (tables) => events.tell('spend:tables-missing', { tables }),
      onRepaired: (tables, corrected) => events.tell('spend:tables-repaired', { tables, corrected }),
      onRepairFailed: (tables, error) => events.tell('spend:repair-failed', { tables, error }),
    }),
  })
  const options = {
    ...spend,
    timeZone,
    compat,
    userAgentTags: settings.litellm.disableAddUserAgentToRequestTags !== true,
    durability,
    journal: { ...journal, segmentBytes: SEGMENT_BYTES, fsyncIntervalMs: FSYNC_INTERVAL_MS },
    write,
    events,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    waitMs: SYNC_WAIT_MS,
  }
  if (!spendBuffer) return createLedger(options)
  const { retryDelayMs } = spend
  const buffer = openSpendBuffer({
    redis: spendBuffer,
    name: nameOf(config),
    write,
    events,
    retryDelayMs,
    lockMs: LOCK_MS,
  })
  return createBufferedLedger(options, buffer)
}

/** The same for processes that write the same: batches of one database must not get into another. */
function nameOf({ database: { url = '', searchPath = '' }, spend }: ResolvedOptions): string {
  // Without user and password, which may differ.
  const place = url.slice(url.lastIndexOf('@') + 1)
  const what = JSON.stringify([place, searchPath, spend.rows, spend.url])
  return `express-litellm:spend:v1:${createHash('sha256').update(what).digest('hex').slice(0, 16)}`
}

export interface LedgerOptions extends JournalLedgerOptions, SyncLedgerOptions {
  /** What must have happened to a call before its response ends. */
  readonly durability: Durability
}

/** The ledger with the promise that the operator chose. */
export function createLedger(options: LedgerOptions): SpendLedger {
  return LEDGERS[options.durability](options)
}

const LEDGERS: { readonly [Name in Durability]: (options: LedgerOptions) => SpendLedger } = {
  // Not as they are: they take more arguments.
  memory: (options) => createMemoryLedger(options),
  journal: createJournalLedger,
  sync: createSyncLedger,
}

/** The ledger with the promise that the operator chose, whose batches reach the database by way of Redis. */
function createBufferedLedger(options: LedgerOptions, buffer: OpenBuffer): SpendLedger {
  const ledger = createLedger({ ...options, write: buffer.write, leave: buffer.leave })
  return {
    ...ledger,
    async ready() {
      await buffer.ready()
      await ledger.ready()
    },
    async close(timeoutMs) {
      const closing = await ledger.close(timeoutMs)
      await buffer.close()
      return closing
    },
  }
}
