import { callFactsFor } from './assembly/call-facts-for.ts'
import { clientSettingsOf } from './assembly/client-settings-of.ts'
import { databaseOf } from './assembly/database-of.ts'
import { gateOf } from './assembly/gate-of.ts'
import { healthOf } from './assembly/health-of.ts'
import { keysOf } from './assembly/keys-of.ts'
import { leasesOf } from './assembly/leases-of.ts'
import { ledgerOf } from './assembly/ledger-of.ts'
import { lenientKeys } from './assembly/lenient-keys.ts'
import { limitsOf } from './assembly/limits-of.ts'
import { pricesOf } from './assembly/prices-of.ts'
import { resetsOf } from './assembly/resets-of.ts'
import { resourcesOf } from './assembly/resources-of.ts'
import { retentionOf } from './assembly/retention-of.ts'
import { routingOf } from './assembly/router-of.ts'
import { settleCalls } from './assembly/settle-calls.ts'
import { stateOf } from './assembly/state-of.ts'
import { tellUnpriced } from './assembly/unpriced-models.ts'
import { hashSecret } from './auth/hash-secret.ts'
import { rejectionText } from './config/deployments.ts'
import { type LiteLLMOptions, type ResolvedOptions, resolveOptions } from './config/options.ts'
import type { ChargeSettings } from './cost/charge-settings.ts'
import { Deadline } from './deadline.ts'
import { ConfigError, LiteLLMError } from './errors.ts'
import { GatewayEvents } from './events.ts'
import type { Gateway, GatewayClosing } from './gateway.ts'
import { HeldBodies } from './http/held-bodies.ts'
import { OpenCalls } from './http/open-calls.ts'
import { inTime } from './in-time.ts'
import type { SpendLedger } from './ledger/spend-ledger.ts'
import { createSpendLogReader } from './litellm/spend-log-reader.ts'
import type { SpendClosing, SpendSink } from './types.ts'
import { createAuthorizer } from './upstream/authorizer.ts'
import { passThroughEndpointsOf } from './upstream/pass-through.ts'
import { createRelay } from './upstream/relay.ts'
import { createUpstream } from './upstream/upstream.ts'
import { prepareCounting, whenCounted } from './usage/count-tokens.ts'
import { builtinReaders } from './usage/readers.ts'

/** How long the ledger may write after the grace period: whatever was cut is recorded then. */
const LAST_WRITE_MS = 2_000
/** How long what uses the database may take to take its leave. */
const CLOSE_MS = 1_000

/**
 * Builds the shared half of a gateway: pool, caches, ledger. Synchronous; connects in the background. Throws ConfigError
 * on bad options or configuration.
 */
export function createLiteLLM(options: LiteLLMOptions = {}): Gateway {
  const config = resolveOptions(options)
  const { parts } = config
  warnOf(config)
  const events = new GatewayEvents()
  const openCalls = new OpenCalls()
  const database = databaseOf(config, events)
  const ledger = parts.sink ? undefined : ledgerOf(config, database, events)
  const sink = parts.sink ?? ledger ?? NOWHERE
  const retention = retentionOf(config, database, events)
  const authorizer = createAuthorizer()
  const upstream = createUpstream({ timeoutMs: config.upstreamTimeoutMs, authorizer })
  const prices = pricesOf(config, events)
  const memory = parts.router ? undefined : stateOf(config, events)
  const routing = memory && routingOf(config, { database, events, upstream, state: memory.state })
  const router = parts.router ?? routing!.router
  const catalog = routing?.catalog
  const health = healthOf(config, { upstream, models: routing?.router.models })
  const transport = createRelay({ timeoutMs: config.upstreamTimeoutMs, authorizer })
  const book = parts.prices ?? prices.book
  if (routing) tellUnpriced({ events, book, models: routing.router.models, priced: prices.ready })
  const facts = callFactsFor(config, database)
  const keys = keysOf(config, { database, events, router, facts, stored: routing?.stored })
  const leases = leasesOf(config, database, events)
  const limits = limitsOf(config, database, events)
  const resources = resourcesOf(config, database, events)
  const resets = resetsOf(config, database, { events, forget: keys.forget })
  const deadline = new Deadline()
  let closing: Promise<GatewayClosing> | undefined

  const gateway: Gateway = {
    events,
    openCalls,
    sink,
    upstream,
    router,
    prices: book,
    pricing: madePricing(config),
    catalog,
    resources,
    keys: parts.keys ?? lenientKeys(keys.store, config.settings.general.allowRequestsOnDbUnavailable),
    admin: keys.admin,
    health,
    relay: {
      transport,
      endpoints: passThroughEndpointsOf(config.settings.general.passThroughEndpoints),
      env: config.env,
      models: routing?.router.models,
    },
    gate: gateOf(config, { events, router, prices: book, catalog, leases, ...limits, facts }),
    calls: {
      readers: [...(parts.readers ?? []), ...builtinReaders],
      maxBodyBytes: config.maxBodyBytes,
      heldBodies: new HeldBodies(Math.max(config.maxHeldBodyBytes, config.maxBodyBytes)),
      bodyTimeoutMs: config.bodyTimeoutMs,
      clientAbort: config.clientAbort,
      ...clientSettingsOf(config),
      keepAnswers: config.spend.prompts !== undefined,
      clientSideAddresses: config.settings.general.allowClientSideCredentials === true,
      keyHeaderName: config.settings.general.litellmKeyHeaderName,
    },
    allowsUserAuth: config.settings.general.allowUserAuth === true,
    masterKeyHash: config.masterKey === undefined ? undefined : hashSecret(config.masterKey),
    spendLogs: database ? createSpendLogReader(database.sql) : () => Promise.reject(new LiteLLMError('no_database')),
    async database() {
      if (!database) return 'Not connected'
      // Seen last is not seen now: just started, and just back, are the moments at which a load balancer asks.
      if (!database.connected) await database.check().catch(() => {})
      if (!database.connected) return 'disconnected'
      return await database.checkTables().then(
        () => 'connected',
        (error) => (error instanceof ConfigError ? 'no tables' : 'disconnected'),
      )
    },
    spend: () => ledger?.gauges(),
    async ready() {
      await database?.check()
      await database?.checkTables()
      await ledger?.ready()
    },
    async flush() {
      await whenCounted()
      await sink.flush()
    },
    announceShutdown() {
      openCalls.announceShutdown()
      // What is cut is counted, and there will be no time to load what counts.
      if (openCalls.size > 0) prepareCounting()
    },
    close({ timeoutMs = config.shutdown.graceMs } = {}) {
      deadline.within(timeoutMs)
      closing ??= shutDown()
      return closing
    },
    [Symbol.asyncDispose]: async () => void (await gateway.close()),
  }
  routing?.router.start()
  health.monitor?.start()
  return gateway

  // What was passed in is borrowed: flush it, leave it open. What was made here is owned: close it, in reverse order.
  async function shutDown(): Promise<GatewayClosing> {
    gateway.announceShutdown()
    const before = countsOf(ledger)
    retention?.stop()
    const settled = await settleCalls(openCalls, events, deadline, ledger ? 'ledger' : 'sink')
    const closed = await closeLedger(before)
    deadline.clear()
    const ended = { openStreams: settled.unsettled, cut: settled.fates() }
    // A database that hangs must not hang the end too.
    await inTime(CLOSE_MS, closeUsers(), () => {})
    transport.close()
    await upstream.close()
    await authorizer.close()
    await database?.close()
    return { ...closed, ...ended }
  }

  /** Those that use the database. */
  async function closeUsers(): Promise<void> {
    await resets?.close()
    await leases?.close()
    await resources.book.close()
    await limits.close()
    prices.close()
    await health.monitor?.close()
    await routing?.router.close()
    await memory?.close()
    await keys.close()
  }

  async function closeLedger(before: Counts): Promise<SpendClosing> {
    // What was passed in is flushed by whoever closes it: it may take as long as it likes.
    if (!ledger) await sink.flush()
    if (!ledger) return { flushed: 0, journaled: 0, lost: 0 }
    await Promise.race([ledger.flush(), deadline.passed])
    const { journaled } = await ledger.close(LAST_WRITE_MS)
    const { written, lost } = countsOf(ledger)
    return { flushed: written - before.written, journaled, lost: lost - before.lost }
  }
}

interface Counts {
  readonly written: number
  readonly lost: number
}

/** Since the start of the process. */
function countsOf(ledger: SpendLedger | undefined): Counts {
  const { written = 0, dropped = {} } = ledger?.gauges() ?? {}
  return { written, lost: Object.values(dropped).reduce((sum, count) => sum + count, 0) }
}

/** Where nothing is refused, a call without a price is made, and told. */
function madePricing({ mode, pricing }: ResolvedOptions): ChargeSettings {
  return mode === 'report' && pricing.unpricedModels === 'block' ? { ...pricing, unpricedModels: 'flag' } : pricing
}

function warnOf({ ignored, rejectedModels, warnings }: ResolvedOptions): void {
  const unused = ignored.length > 0 ? [`Not acted on in the configuration: ${ignored.join(', ')}`] : []
  for (const warning of [...rejectedModels.map(rejectionText), ...warnings, ...unused]) {
    process.emitWarning(warning, 'ConfigWarning')
  }
}

/** Without a database there is no ledger: calls are only told as events. */
const NOWHERE: SpendSink = { record: () => {}, flush: async () => {}, close: async () => {} }
