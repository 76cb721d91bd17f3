import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import { createLedger } from '../ledger/create-ledger.ts'
import type { SpendLedger } from '../ledger/spend-ledger.ts'
import type { Database } from '../litellm/database.ts'

/** How long `close` tries to write what is left, unless it is told otherwise. */
const CLOSE_TIMEOUT_MS = 10_000
/** How long a response waits for its row with `durability: sync`. */
const SYNC_WAIT_MS = 5_000
const SEGMENT_BYTES = 16 << 20
const FSYNC_INTERVAL_MS = 1_000

/** The ledger with the durability that was chosen, or `undefined` where calls go nowhere: they are only told as events. */
export function ledgerOf(
  { spend, durability = 'memory', journal }: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): SpendLedger | undefined {
  if (!database || spend.disabled) return undefined
  return createLedger({
    ...spend,
    durability,
    journal: { ...journal, segmentBytes: SEGMENT_BYTES, fsyncIntervalMs: FSYNC_INTERVAL_MS },
    sql: database.writer,
    schema: () => database.schema({ fresh: true }),
    events,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    waitMs: SYNC_WAIT_MS,
  })
}
