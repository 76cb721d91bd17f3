import { OpenCalls } from '../call/answer/open-calls.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { GatewayEvents } from '../events.ts'
import type { Closers } from '../lib/closers.ts'
import type { SpendSink } from '../types.ts'
import { createRelay } from '../upstream/relay/relay.ts'
import { createAuthorizer } from '../upstream/sign/authorizer.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { factsStoreOf } from './admission-of.ts'
import { healthOf } from './client-settings-of.ts'
import { databaseOf } from './database-of.ts'
import { keysOf } from './keys-of.ts'
import { ledgerOf } from './ledger-of.ts'
import { leasesOf, limitsOf } from './limits-of.ts'
import { pricesOf } from './prices-of.ts'
import { resourcesOf } from './resources-of.ts'
import { routingOf, stateOf } from './router-of.ts'
import { resetsOf, retentionOf } from './upkeep-of.ts'

export type Rooms = ReturnType<typeof openRooms>

/**
 * Makes what has a life: pools, caches, timers. What was passed in is borrowed: it is flushed and left open. What is made
 * here is added to `opened` at once, so that a later mistake closes it.
 */
export function openRooms(config: ResolvedOptions, opened: Closers) {
  const { parts } = config
  const events = new GatewayEvents()
  const database = databaseOf(config, events)
  opened.add(() => database?.close())
  const ledger = parts.sink ? undefined : ledgerOf(config, database, events)
  opened.add(() => ledger?.close(0))
  const retention = retentionOf(config, database, events)
  opened.add(() => retention?.stop())
  const { upstream, transport } = openUpstreams(config, opened)
  const prices = pricesOf(config, events)
  opened.add(() => prices.close())
  const memory = parts.router ? undefined : stateOf(config, events)
  opened.add(() => memory?.close())
  const routing = memory && routingOf(config, { database, events, upstream, state: memory.state })
  opened.add(() => routing?.router.close())
  const router = parts.router ?? routing!.router
  const health = healthOf(config, { upstream, models: routing?.router.models })
  opened.add(() => health.monitor?.close())
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
  return {
    events,
    openCalls: new OpenCalls(),
    database,
    ledger,
    sink: parts.sink ?? ledger ?? NOWHERE,
    retention,
    upstream,
    transport,
    prices,
    book: parts.prices ?? prices.book,
    routing,
    router,
    health,
    facts,
    keys,
    leases,
    limits,
    resources,
  }
}

/** Both transports sign by one authorizer. */
function openUpstreams({ upstreamTimeoutMs: timeoutMs }: ResolvedOptions, opened: Closers) {
  const authorizer = createAuthorizer()
  opened.add(() => authorizer.close())
  const upstream = createUpstream({ timeoutMs, authorizer })
  opened.add(() => upstream.close())
  const transport = createRelay({ timeoutMs, authorizer })
  opened.add(() => transport.close())
  return { upstream, transport }
}

/** Without a database there is no ledger: calls are only told as events. */
const NOWHERE: SpendSink = { record: () => {}, flush: async () => {}, close: async () => {} }
