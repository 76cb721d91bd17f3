import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import { ConfigError, LiteLLMError } from '../errors.ts'
import type { Gateway, GatewayClosing } from '../gateway.ts'
import type { SpendLedger } from '../ledger/spend-counts.ts'
import type { Closers } from '../lib/closers.ts'
import { Deadline } from '../lib/deadline.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { Metrics } from '../signals/metrics/metrics.ts'
import type { SpendClosing } from '../types.ts'
import { migrate } from '../upkeep/migrate.ts'
import { prepareCounting, whenCounted } from '../usage/tokens/count-tokens.ts'
import type { Rooms } from './open-rooms.ts'
import { settleCalls } from './settle-calls.ts'

/** How long all else may take to close: what uses the database may wait for it. */
const CLOSE_MS = 1_000

type Life = Pick<
  Gateway,
  'database' | 'migrate' | 'spend' | 'ready' | 'flush' | 'announceShutdown' | 'close' | typeof Symbol.asyncDispose
>

type LivingRooms = Rooms & { readonly metrics: Pick<Metrics, 'started' | 'ready'> }

/** Whether the gateway can serve, and how it ends: calls first, then what is queued, then what was `opened`. */
export function lifeOf({ shutdown, parts }: ResolvedOptions, rooms: LivingRooms, opened: Closers): Life {
  const { database, ledger, requests, sink, openCalls, events, retention, metrics, signals, alerts } = rooms
  const deadline = new Deadline()
  let closing: Promise<GatewayClosing> | undefined

  return {
    database: () => stateOf(database),
    async migrate() {
      if (!database) throw new LiteLLMError('no_database')
      const report = await migrate(database.sql)
      await database.schema({ fresh: true })
      return report
    },
    spend: () => ledger?.gauges(),
    async ready() {
      await database?.check()
      await database?.checkTables()
      await database?.checkWriter()
      await ledger?.ready()
      await rooms.hooks?.ready()
      if (metrics.started) await metrics.ready()
    },
    async flush() {
      await whenCounted()
      await openCalls.whenSettled()
      await Promise.all([sink.flush(), requests?.flush()])
    },
    announceShutdown,
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  }

  function announceShutdown(): void {
    openCalls.announceShutdown()
    // What is cut is counted, and there will be no time to load what counts.
    if (openCalls.size > 0) prepareCounting()
  }

  function close({ timeoutMs = shutdown.graceMs } = {}): Promise<GatewayClosing> {
    deadline.within(timeoutMs)
    closing ??= shutDown()
    return closing
  }

  async function shutDown(): Promise<GatewayClosing> {
    announceShutdown()
    // What was passed in is flushed, and may take as long as it likes.
    const closeSink = ledger ? ledgerCloser(ledger) : async () => {}
    retention?.stop()
    const settled = await settleCalls(openCalls, events, deadline, ledger ? 'ledger' : 'sink')
    const closed = await closeSink(deadline)
    await parts.sink?.flush()
    await alerts?.close(LAST_DELIVERY_MS)
    await signals.close(LAST_DELIVERY_MS)
    deadline.clear()
    const ended = { openStreams: settled.unsettled, cut: settled.fates() }
    // A database that hangs must not hang the end too.
    await withTimeout(CLOSE_MS, opened.closeAll(), () => {})
    await database?.close()
    return { flushed: 0, journaled: 0, lost: 0, ...closed, ...ended }
  }
}

async function stateOf(database: Database | undefined): ReturnType<Gateway['database']> {
  if (!database) return 'Not connected'
  // Seen last is not seen now: just started, and just back, are the moments at which a load balancer asks.
  if (!database.connected) await database.check().catch(() => {})
  if (!database.connected) return 'disconnected'
  const tables = await database.checkTables().then(
    () => 'connected' as const,
    (error) => (error instanceof ConfigError ? 'no tables' : 'disconnected'),
  )
  if (tables !== 'connected') return tables
  return await database.checkWriter().then(
    () => 'connected',
    () => 'no writer',
  )
}

/** How long the ledger may write after the grace period: whatever was cut is recorded then. */
const LAST_WRITE_MS = 2_000

/** How long callbacks may be told what waits; what is in a journal is told by the next process. */
const LAST_DELIVERY_MS = 1_000

/** What a ledger has done with calls since the start of the process. */
interface LedgerCounts {
  readonly written: number
  readonly lost: number
}

function countsOf(ledger: SpendLedger): LedgerCounts {
  const { written, dropped } = ledger.gauges()
  return { written, lost: Object.values(dropped).reduce((sum, count) => sum + count, 0) }
}

/** Writes until the deadline, and a little longer what came last. Says where the calls are that are not counted now. */
function ledgerCloser(ledger: SpendLedger): (deadline: Deadline) => Promise<SpendClosing> {
  const before = countsOf(ledger)
  return async (deadline) => {
    await Promise.race([ledger.flush(), deadline.passed])
    const { journaled } = await ledger.close(LAST_WRITE_MS)
    const { written, lost } = countsOf(ledger)
    return { flushed: written - before.written, journaled, lost: lost - before.lost }
  }
}
