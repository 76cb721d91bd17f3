import { changedAnswersOf } from '../admission/facts/compat.ts'
import { TableResourceBook } from '../admission/resources/resource-book.ts'
import { createTurnLog, type TurnLog } from '../admission/resources/turn-log.ts'
import { OpenCalls } from '../call/answer/open-calls.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { ConfigError } from '../errors.ts'
import { GatewayEvents } from '../events.ts'
import type { ResourceAccess } from '../gateway.ts'
import { RequestCounts } from '../ledger/request-counts.ts'
import type { SpendLedger } from '../ledger/spend-counts.ts'
import type { Closers } from '../lib/closers.ts'
import type { ConfigOverrides } from '../models/stored/config-table.ts'
import { besideLedger, withCallbacks } from '../signals/signals.ts'
import type { SpendSink } from '../types.ts'
import { BudgetResets } from '../upkeep/budget-resets.ts'
import { createRetention } from '../upkeep/retention.ts'
import { createRelay } from '../upstream/relay/relay.ts'
import { type Authorizer, createAuthorizer } from '../upstream/sign/authorizer.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { factsStoreOf } from './admission-of.ts'
import { alertsOf } from './alerts-of.ts'
import { cacheOf } from './cache-of.ts'
import { hooksOf } from './callback-sinks-of.ts'
import { healthOf } from './client-settings-of.ts'
import { keysOf } from './keys-of.ts'
import { ledgerOf } from './ledger-of.ts'
import { leasesOf, limitsOf } from './limits-of.ts'
import { pricesOf } from './prices-of.ts'
import type { LiveSettings } from './reload.ts'
import { boxOf, routingOf, stateOf } from './router-of.ts'
import { type Signals, signalsOf } from './signals-of.ts'

export type Rooms = ReturnType<typeof openRooms>

/**
 * Makes what has a life: pools, caches, timers. What was passed in is borrowed: it is flushed and left open. What is made
 * here is added to `opened` at once, so that a later mistake closes it.
 */
export function openRooms(
  config: ResolvedOptions,
  opened: Closers,
  live: LiveSettings,
  onOverrides: (overrides: ConfigOverrides) => Promise<void>,
) {
  const { parts } = config
  const events = new GatewayEvents()
  const database = databaseOf(config, events)
  opened.add(() => database?.close())
  const ledger = ledgerOf(config, database, events)
  opened.add(() => ledger?.close(0))
  const requests = ledger && database ? new RequestCounts({ database, events }) : undefined
  opened.add(() => requests?.close())
  const authorizer = createAuthorizer()
  opened.add(() => authorizer.close())
  const find = (hash: string) => (parts.keys ?? keys.store).find(hash)
  const signals = signalsOf(config, { database, events, authorizer, find })
  opened.add(() => signals.close(0))
  const retention = retentionOf(config, database, events)
  opened.add(() => retention?.stop())
  const { upstream, transport } = openUpstreams(config, authorizer, opened)
  const prices = pricesOf(config, events)
  opened.add(() => prices.close())
  const memory = parts.router ? undefined : stateOf(config, events)
  opened.add(() => memory?.close())
  const routing = memory && routingOf(config, { database, events, upstream, state: memory.state, live, onOverrides })
  opened.add(() => routing?.router.close())
  const router = parts.router ?? routing!.router
  const health = healthOf(config, { upstream, models: routing?.router.models })
  opened.add(() => health.monitor?.close())
  const facts = factsStoreOf(config, database, events)
  const book = parts.prices ?? prices.book
  const keys = keysOf(config, { database, events, router, book, facts, stored: routing?.stored, cold: signals.cold })
  opened.add(() => keys.close())
  const leases = leasesOf(config, database, events)
  opened.add(() => leases?.close())
  const limits = limitsOf(config, database, events)
  opened.add(() => limits.close())
  const cache = cacheOf(config, events)
  opened.add(() => cache?.close())
  const resources = resourcesOf(config, database, events)
  opened.add(() => resources.book.close())
  const turns = turnsOf(config, { database, ledger, resources, signals })
  const resets = resetsOf(config, database, { events, forget: keys.forget })
  opened.add(() => resets?.close())
  const openCalls = new OpenCalls()
  const deployments = () => routing?.router.models().map(({ deployment }) => deployment) ?? []
  const alerts = alertsOf(config, { events, database, openCalls, deployments, table: signals.table })
  opened.add(() => alerts?.close(0))
  return {
    configure: configurer([signals, ...(routing ? [routing] : []), live, keys, facts], prices),
    events,
    openCalls,
    alerts,
    database,
    ledger,
    requests,
    sink: withCallbacks(besideLedger(ledger ?? NOWHERE, parts.sink, events), signals),
    signals,
    hooks: hooksOf(config, events),
    outboxes: signals.outboxes,
    retention,
    upstream,
    transport,
    prices,
    book,
    routing,
    router,
    health,
    facts,
    keys,
    leases,
    limits,
    cache,
    resources,
    turns,
  }
}

interface Configured<T = void> {
  configure(config: ResolvedOptions): T
}

/** Takes what a reload acts on. Callbacks come first: they throw, before anything has changed, when they cannot be made. */
function configurer(
  rooms: readonly Configured[],
  prices: Configured<Promise<void>>,
): (config: ResolvedOptions) => Promise<void> {
  return async function configure(next) {
    for (const room of rooms) room.configure(next)
    await prices.configure(next)
  }
}

/** Both transports, and callbacks, sign by one authorizer. */
function openUpstreams({ upstreamTimeoutMs: timeoutMs }: ResolvedOptions, authorizer: Authorizer, opened: Closers) {
  const upstream = createUpstream({ timeoutMs, authorizer })
  opened.add(() => upstream.close())
  const transport = createRelay({ timeoutMs, authorizer })
  opened.add(() => transport.close())
  return { upstream, transport }
}

/** Without a database there is no ledger: calls are only told as events. */
const NOWHERE: SpendSink = { record: () => {}, flush: async () => {}, close: async () => {} }

/** The database of a gateway, or `undefined` when it works without one. */
function databaseOf({ database, spend }: ResolvedOptions, events: GatewayEvents): Database | undefined {
  if (!database.enabled) return undefined
  if (!database.url) throw new ConfigError('`enabled` needs a database: set `database_url`, or DATABASE_URL.')
  // Behind a pooler in transaction mode nothing would be heard.
  return openDatabase({ ...database, url: database.url, writes: !spend.disabled, listens: database.prepare }, events)
}

/** Who may use what providers keep: by the settings, with owners in the database where there is one. */
function resourcesOf(config: ResolvedOptions, database: Database | undefined, events: GatewayEvents): ResourceAccess {
  const box = boxOf(config)
  const book = new TableResourceBook({
    sql: database?.sql,
    events,
    trustsLog: config.settings.general.allowClientSideCredentials !== true,
  })
  return { book, mode: modeOf(config), responses: responsesOf(config), open: box?.open }
}

/** Conversations that the log keeps, where it keeps them. */
function turnsOf(
  { spend }: ResolvedOptions,
  { database, ledger, resources, signals: { cold, outboxes } }: TurnParts,
): TurnLog | undefined {
  if (!database || (spend.prompts === undefined && !cold)) return undefined
  return createTurnLog({
    sql: database.sql,
    open: resources.open,
    async flush() {
      await Promise.all([ledger?.flush(), outboxes.find(({ name }) => name === cold?.name)?.flush()])
    },
    readCold: cold?.read,
  })
}

interface TurnParts {
  readonly database: Database | undefined
  readonly ledger: SpendLedger | undefined
  readonly resources: ResourceAccess
  readonly signals: Signals
}

function modeOf({ compat, mode }: ResolvedOptions): ResourceAccess['mode'] {
  if (changedAnswersOf(compat).resources === 'shared') return 'shared'
  return mode === 'report' ? 'report' : 'own'
}

/** LiteLLM guards the ids of responses, and has these two settings to open them. */
function responsesOf({ settings: { general } }: ResolvedOptions): ResourceAccess['responses'] {
  if (general.disableResponsesIdSecurity) return 'shared'
  return general.allowUnmanagedResponseIds ? 'unseen' : 'own'
}

/** Resets budgets on time, unless LiteLLM's `general_settings.disable_reset_budget` leaves that to others. */
function resetsOf(
  { settings, spend, timeZone }: ResolvedOptions,
  database: Database | undefined,
  { events, forget }: { readonly events: GatewayEvents; readonly forget: () => void },
): BudgetResets | undefined {
  if (!database || spend.disabled || settings.general.disableResetBudget) return undefined
  return new BudgetResets({ sql: database.sql, schema: database.schema, events, forget, timeZone })
}

/** Deletes old log rows, where somebody wants that. */
function retentionOf(
  { retention }: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): { stop(): void } | undefined {
  if (!retention || !database) return undefined
  const onFault = (error: unknown) => events.tell('fault', { error, where: 'retention of spend logs' })
  return createRetention({ sql: database.sql, ...retention, onFault })
}
