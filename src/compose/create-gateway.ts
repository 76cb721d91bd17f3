import { hashSecret } from '../admission/credential/credential.ts'
import { OpenCalls } from '../call/answer/open-calls.ts'
import { HeldBodies } from '../call/request/body/held-bodies.ts'
import { rejectionText } from '../config/models/deployments.ts'
import { type LiteLLMOptions, type ResolvedOptions, resolveOptions } from '../config/options.ts'
import { ConfigError, LiteLLMError } from '../errors.ts'
import { GatewayEvents } from '../events.ts'
import type { Gateway, GatewayClosing } from '../gateway.ts'
import { createSpendLogReader } from '../ledger/spend-log-reader.ts'
import { type Closers, createClosers } from '../lib/closers.ts'
import { Deadline } from '../lib/deadline.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { ChargeSettings } from '../pricing/cost/price-call.ts'
import type { SpendSink } from '../types.ts'
import { passThroughEndpointsOf } from '../upstream/relay/pass-through.ts'
import { createRelay } from '../upstream/relay/relay.ts'
import { createAuthorizer } from '../upstream/sign/authorizer.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { builtinReaders } from '../usage/shapes/readers.ts'
import { prepareCounting, whenCounted } from '../usage/tokens/count-tokens.ts'
import { admissionOf, factsStoreOf } from './admission-of.ts'
import { checkConfig } from './check-config.ts'
import { clientSettingsOf, healthOf } from './client-settings-of.ts'
import { closeLedger, countsOf } from './close-ledger.ts'
import { databaseOf } from './database-of.ts'
import { allowWhenDatabaseDown, keysOf } from './keys-of.ts'
import { ledgerOf } from './ledger-of.ts'
import { leasesOf, limitsOf } from './limits-of.ts'
import { pricesOf } from './prices-of.ts'
import { resourcesOf } from './resources-of.ts'
import { routingOf, stateOf } from './router-of.ts'
import { settleCalls } from './settle-calls.ts'
import { tellUnpriced } from './unpriced-models.ts'
import { resetsOf, retentionOf } from './upkeep-of.ts'

/** How long all else may take to close: what uses the database may wait for it. */
const CLOSE_MS = 1_000

/**
 * Builds the shared half of a gateway: pool, caches, ledger. Synchronous; connects in the background. Throws ConfigError
 * on bad options or configuration; then nothing is left open.
 */
export function createLiteLLM(options: LiteLLMOptions = {}): Gateway {
  const config = resolveOptions(options)
  checkConfig(config, config.database.enabled)
  const opened = createClosers()
  try {
    return assemble(config, opened)
  } catch (error) {
    void opened.closeAll().catch(() => {})
    throw error
  }
}

/** What was passed in is borrowed: it is flushed and left open. What is made here is added to `opened`. */
function assemble(config: ResolvedOptions, opened: Closers): Gateway {
  const { parts } = config
  warnOf(config)
  const events = new GatewayEvents()
  const openCalls = new OpenCalls()
  const database = databaseOf(config, events)
  opened.add(() => database?.close())
  const ledger = parts.sink ? undefined : ledgerOf(config, database, events)
  opened.add(() => ledger?.close(0))
  const sink = parts.sink ?? ledger ?? NOWHERE
  const retention = retentionOf(config, database, events)
  opened.add(() => retention?.stop())
  const authorizer = createAuthorizer()
  opened.add(() => authorizer.close())
  const upstream = createUpstream({ timeoutMs: config.upstreamTimeoutMs, authorizer })
  opened.add(() => upstream.close())
  const prices = pricesOf(config, events)
  opened.add(() => prices.close())
  const memory = parts.router ? undefined : stateOf(config, events)
  opened.add(() => memory?.close())
  const routing = memory && routingOf(config, { database, events, upstream, state: memory.state })
  opened.add(() => routing?.router.close())
  const router = parts.router ?? routing!.router
  const catalog = routing?.catalog
  const health = healthOf(config, { upstream, models: routing?.router.models })
  opened.add(() => health.monitor?.close())
  const transport = createRelay({ timeoutMs: config.upstreamTimeoutMs, authorizer })
  opened.add(() => transport.close())
  const book = parts.prices ?? prices.book
  if (routing) tellUnpriced({ events, book, models: routing.router.models, priced: prices.ready })
  const facts = factsStoreOf(config, database, events)
  const keys = keysOf(config, { database, events, router, facts, stored: routing?.stored })
  opened.add(() => keys.close())
  const leases = leasesOf(config, database, events)
  opened.add(() => leases?.close())
  const limits = limitsOf(config, database, events)
  opened.add(() => limits.close())
  const resources = resourcesOf(config, database, events)
  opened.add(() => resources.book.close())
  const resets = resetsOf(config, database, { events, forget: keys.forget })
  opened.add(() => resets?.close())
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
    keys: parts.keys ?? allowWhenDatabaseDown(keys.store, config.settings.general.allowRequestsOnDbUnavailable),
    admin: keys.admin,
    health,
    relay: {
      transport,
      endpoints: passThroughEndpointsOf(config.settings.general.passThroughEndpoints),
      env: config.env,
      models: routing?.router.models,
    },
    admission: admissionOf(config, { events, router, prices: book, catalog, leases, ...limits, facts }),
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
      const tables = await database.checkTables().then(
        () => 'connected' as const,
        (error) => (error instanceof ConfigError ? 'no tables' : 'disconnected'),
      )
      if (tables !== 'connected') return tables
      return await database.checkWriter().then(
        () => 'connected',
        () => 'no writer',
      )
    },
    spend: () => ledger?.gauges(),
    async ready() {
      await database?.check()
      await database?.checkTables()
      await database?.checkWriter()
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

  async function shutDown(): Promise<GatewayClosing> {
    gateway.announceShutdown()
    const before = ledger && countsOf(ledger)
    retention?.stop()
    const settled = await settleCalls(openCalls, events, deadline, ledger ? 'ledger' : 'sink')
    // What was passed in is flushed, and may take as long as it likes.
    const closed = ledger ? await closeLedger(ledger, before!, deadline) : await sink.flush()
    deadline.clear()
    const ended = { openStreams: settled.unsettled, cut: settled.fates() }
    // A database that hangs must not hang the end too.
    await withTimeout(CLOSE_MS, opened.closeAll(), () => {})
    await database?.close()
    return { flushed: 0, journaled: 0, lost: 0, ...closed, ...ended }
  }
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
