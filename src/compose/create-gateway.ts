import { hashSecret } from '../admission/credential/credential.ts'
import { changedAnswersOf } from '../admission/facts/compat.ts'
import { HeldBodies } from '../call/request/body/held-bodies.ts'
import { rejectionText } from '../config/models/deployments.ts'
import { type LiteLLMOptions, type ReloadReport, type ResolvedOptions, resolveOptions } from '../config/options.ts'
import type { StoredConfig } from '../config/settings/stored-settings.ts'
import type { GatewayEvents } from '../events.ts'
import type { CallOptions, Gateway } from '../gateway.ts'
import { type Closers, createClosers } from '../lib/closers.ts'
import { factsOf } from '../models/providers/providers.ts'
import type { Model } from '../models/routing/model.ts'
import { isWildcard } from '../models/routing/wildcard.ts'
import { logEvents, logUnpricedModels } from '../signals/log/log-events.ts'
import type { Deployment, PriceBook } from '../types.ts'
import { passThroughEndpointsOf } from '../upstream/relay/pass-through.ts'
import { builtinReaders } from '../usage/shapes/readers.ts'
import { admissionOf } from './admission-of.ts'
import { callbackTests } from './callback-tests.ts'
import { checkConfig } from './check-config.ts'
import { clientSettingsOf } from './client-settings-of.ts'
import { lifeOf } from './gateway-life.ts'
import { allowWhenDatabaseDown } from './keys-of.ts'
import { ledgerDeskOf } from './ledger-desk-of.ts'
import { loginOf, uiOf } from './login-of.ts'
import { metricsOf } from './metrics-of.ts'
import { openRooms, type Rooms } from './open-rooms.ts'
import { liveSettingsOf, reloadReportOf } from './reload.ts'
import { statesOf } from './shared-states.ts'
import { tellsPrompts } from './signals-of.ts'

/**
 * Builds the shared half of a gateway: pool, caches, ledger. Synchronous; connects in the background. Throws ConfigError
 * on bad options or configuration; then nothing is left open.
 */
export function createLiteLLM(options: LiteLLMOptions = {}): Gateway {
  return createReloadable(() => options)
}

/**
 * `optionsNow` is asked at the start, and once more at each reload. `stored`: what the database has of the configuration, where
 * that has been read before.
 */
export function createReloadable(optionsNow: () => LiteLLMOptions, stored?: StoredConfig): Gateway {
  const source: ConfigSource = { stored, read: () => resolveOptions(optionsNow(), undefined, undefined, source.stored) }
  const config = source.read()
  checkConfig(config, config.database.enabled)
  const opened = createClosers()
  try {
    return assemble(config, opened, source)
  } catch (error) {
    void opened.closeAll().catch(() => {})
    throw error
  }
}

interface ConfigSource {
  /** What the database has of the configuration, as it was read last. */
  stored: StoredConfig | undefined
  read(): ResolvedOptions
}

function assemble(config: ResolvedOptions, opened: Closers, source: ConfigSource): Gateway {
  warnOf(config)
  const live = liveSettingsOf(config)
  let now = config
  const rooms = openRooms(config, opened, live, async (overrides) => {
    source.stored = overrides
    await reload().catch((error: unknown) => rooms.events.tell('models:stale', { error }))
  })
  const reload = reloader(config, source.read, async (next) => {
    await rooms.configure(next)
    now = next
  })
  const { events, openCalls, sink, upstream, router, routing, book, resources, keys, health, cache } = rooms
  logTo(config, events)
  const { general } = config.settings
  const models = routing?.router.models
  const catalog = routing?.catalog
  if (models) tellUnpriced({ events, book, models, priced: rooms.prices.ready })
  const admission = admissionOf(config, {
    ...rooms.limits,
    live,
    events,
    router,
    prices: book,
    catalog,
    leases: rooms.leases,
    facts: rooms.facts,
  })
  const metrics = metricsOf(config, { ...rooms, admission })
  opened.add(() => metrics.close())
  const desk = ledgerDeskOf(config, rooms)
  opened.add(() => desk.close())
  const gateway: Gateway = {
    events,
    desk,
    metrics,
    openCalls,
    requests: rooms.requests,
    sink,
    upstream,
    router,
    prices: book,
    pricing: live.pricing,
    catalog,
    publicModels: () => now.settings.litellm.publicModelGroups ?? [],
    cors: config.cors,
    callbacks: callbackTests(rooms.signals, events),
    states: statesOf(config, rooms),
    cache,
    hooks: rooms.hooks,
    resources,
    turns: rooms.turns,
    alerts: rooms.alerts?.alerts,
    keys: config.parts.keys ?? allowWhenDatabaseDown(keys.store, general.allowRequestsOnDbUnavailable),
    admin: keys.admin,
    login: loginOf(config, keys.adminDeps),
    ui: uiOf(config, () => now.settings.litellm),
    health,
    relay: {
      transport: rooms.transport,
      endpoints: passThroughEndpointsOf(general.passThroughEndpoints),
      env: config.env,
      models,
    },
    admission,
    calls: callOptionsOf(config, rooms),
    allowsUserAuth: general.allowUserAuth === true,
    masterKeyHash: config.masterKey === undefined ? undefined : hashSecret(config.masterKey),
    reload,
    ...lifeOf(config, { ...rooms, metrics }, opened),
  }
  routing?.router.start()
  if (health.settings.enabled) health.monitor?.start()
  return gateway
}

/** One reload at a time. What is wrong is thrown before anything has changed. */
function reloader(
  config: ResolvedOptions,
  read: () => ResolvedOptions,
  configure: Rooms['configure'],
): NonNullable<Gateway['reload']> {
  let last: Promise<unknown> = Promise.resolve()
  return () => {
    const reloaded = last.then(reload)
    last = reloaded.catch(() => {})
    return reloaded
  }

  async function reload(): Promise<ReloadReport> {
    const next = read()
    checkConfig(next, next.database.enabled)
    await configure(next)
    warnOf(next)
    // Settings that wait for a restart are named again until it has come.
    return reloadReportOf(config, next)
  }
}

function callOptionsOf(config: ResolvedOptions, { signals }: Pick<Rooms, 'signals'>): CallOptions {
  const { general } = config.settings
  return {
    readers: [...(config.parts.readers ?? []), ...builtinReaders],
    maxBodyBytes: config.maxBodyBytes,
    heldBodies: new HeldBodies(Math.max(config.maxHeldBodyBytes, config.maxBodyBytes)),
    bodyTimeoutMs: config.bodyTimeoutMs,
    clientAbort: config.clientAbort,
    ...clientSettingsOf(config),
    keepsAnswerOf: config.spend.prompts === undefined ? tellsPrompts(config, signals) : () => true,
    unknownModelStatus: changedAnswersOf(config.compat).unknownModelStatus,
    keepsModelNames: changedAnswersOf(config.compat).answerModel === 'provider',
    wrapsErrors: changedAnswersOf(config.compat).upstreamErrors === 'litellm',
    clientSideAddresses: general.allowClientSideCredentials === true,
    keyHeaderName: general.litellmKeyHeaderName,
  }
}

/** Where the app has a logger, it is told what the events say. */
function logTo({ parts: { logger }, accessLog }: ResolvedOptions, events: GatewayEvents): void {
  if (!logger) return
  logUnpricedModels(events, logger)
  logEvents(events, logger, { accessLog })
}

function warnOf({ ignored, rejectedModels, warnings, parts: { logger } }: ResolvedOptions): void {
  const unused = ignored.length > 0 ? [`Not acted on in the configuration: ${ignored.join(', ')}`] : []
  for (const warning of [...rejectedModels.map(rejectionText), ...warnings, ...unused]) {
    if (logger) logger.warn({ event: 'config' }, warning)
    else process.emitWarning(warning, 'ConfigWarning')
  }
}

interface UnpricedParts {
  readonly events: GatewayEvents
  readonly book: PriceBook
  readonly models: () => readonly Model[]
  /** Resolves when the price list has been read, or could not be. */
  readonly priced: Promise<void>
}

/** The images of a deployment may be priced by size alone. */
const VARIANTS = ['standard/1024-x-1024', '1024-x-1024', 'high/1024-x-1024']

/**
 * Tells each deployment that has no price, once: at the start, and when the database brings it later. Its calls cost nothing,
 * so budgets never hold them. The models of a wildcard are not known.
 */
function tellUnpriced({ events, book, models, priced }: UnpricedParts): void {
  const told = new Set<string>()
  events.on('models:load', tellNew)
  void priced.then(tellNew)

  function tellNew(): void {
    for (const { deployment } of models()) {
      const { id, modelGroup, model, provider } = deployment
      if (told.has(id) || isPriced(deployment, book)) continue
      told.add(id)
      events.tell('model:unpriced', { deploymentId: id, modelGroup, model, provider })
    }
  }
}

function isPriced(deployment: Deployment, book: PriceBook): boolean {
  // Another gateway states its bill.
  if (factsOf(deployment.provider).isGateway) return true
  if (isWildcard(deployment.model) || isWildcard(deployment.modelGroup)) return true
  return book.find(deployment) !== undefined || book.find(deployment, { variants: VARIANTS }) !== undefined
}
