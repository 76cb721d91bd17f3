import { hashSecret } from '../admission/credential/credential.ts'
import { changedAnswersOf } from '../admission/facts/compat.ts'
import { HeldBodies } from '../call/request/body/held-bodies.ts'
import { rejectionText } from '../config/models/deployments.ts'
import { type LiteLLMOptions, type ResolvedOptions, resolveOptions } from '../config/options.ts'
import { LiteLLMError } from '../errors.ts'
import type { CallOptions, Gateway } from '../gateway.ts'
import { createSpendLogReader } from '../ledger/spend-log-reader.ts'
import { type Closers, createClosers } from '../lib/closers.ts'
import type { ChargeSettings } from '../pricing/cost/price-call.ts'
import { passThroughEndpointsOf } from '../upstream/relay/pass-through.ts'
import { builtinReaders } from '../usage/shapes/readers.ts'
import { admissionOf } from './admission-of.ts'
import { checkConfig } from './check-config.ts'
import { clientSettingsOf } from './client-settings-of.ts'
import { lifeOf } from './gateway-life.ts'
import { allowWhenDatabaseDown } from './keys-of.ts'
import { openRooms } from './open-rooms.ts'
import { tellUnpriced } from './unpriced-models.ts'

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

function assemble(config: ResolvedOptions, opened: Closers): Gateway {
  warnOf(config)
  const rooms = openRooms(config, opened)
  const { events, openCalls, sink, upstream, router, routing, book, resources, keys, health, database } = rooms
  const { general } = config.settings
  const models = routing?.router.models
  const catalog = routing?.catalog
  if (models) tellUnpriced({ events, book, models, priced: rooms.prices.ready })
  const admission = admissionOf(config, {
    ...rooms.limits,
    events,
    router,
    prices: book,
    catalog,
    leases: rooms.leases,
    facts: rooms.facts,
  })
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
    keys: config.parts.keys ?? allowWhenDatabaseDown(keys.store, general.allowRequestsOnDbUnavailable),
    admin: keys.admin,
    health,
    relay: {
      transport: rooms.transport,
      endpoints: passThroughEndpointsOf(general.passThroughEndpoints),
      env: config.env,
      models,
    },
    admission,
    calls: callOptionsOf(config),
    allowsUserAuth: general.allowUserAuth === true,
    masterKeyHash: config.masterKey === undefined ? undefined : hashSecret(config.masterKey),
    spendLogs: database ? createSpendLogReader(database.sql) : () => Promise.reject(new LiteLLMError('no_database')),
    ...lifeOf(config, rooms, opened),
  }
  routing?.router.start()
  health.monitor?.start()
  return gateway
}

function callOptionsOf(config: ResolvedOptions): CallOptions {
  const { general } = config.settings
  return {
    readers: [...(config.parts.readers ?? []), ...builtinReaders],
    maxBodyBytes: config.maxBodyBytes,
    heldBodies: new HeldBodies(Math.max(config.maxHeldBodyBytes, config.maxBodyBytes)),
    bodyTimeoutMs: config.bodyTimeoutMs,
    clientAbort: config.clientAbort,
    ...clientSettingsOf(config),
    keepAnswers: config.spend.prompts !== undefined,
    unknownModelStatus: changedAnswersOf(config.compat).unknownModelStatus,
    clientSideAddresses: general.allowClientSideCredentials === true,
    keyHeaderName: general.litellmKeyHeaderName,
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
