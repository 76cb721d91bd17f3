import { resolve } from 'node:path'
import { check, problems } from '../lib/config-error.ts'
import { type Environment, isTrue } from '../lib/environment.ts'
import type { ChargeSettings } from '../pricing/cost/price-call.ts'
import type { Json } from '../types.ts'
import { blockedUsersOf } from './blocked-users.ts'
import { budgetCalendarOf } from './budget-calendar.ts'
import { cacheOf } from './cache.ts'
import { resolveDatabase, searchDatabaseUrl } from './database-options.ts'
import { deploymentsFromEnvironment, settingsOf } from './defaults-from-config.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { type CheckedOptions, type LiteLLMOptions, optionsSchema } from './options-schema.ts'
import { redisOf, routerRedisOf } from './redis.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import { routingOf } from './routing.ts'
import type { LitellmSettings } from './settings/read-settings.ts'
import type { StoredConfig } from './settings/stored-settings.ts'

export { type LiteLLMOptions, optionsSchema } from './options-schema.ts'
export type * from './resolved-options.ts'

const TITLE = 'Invalid options:'

/**
 * Options, config file and environment as one. What is said in code stands above `litellm_db`, that above
 * `general_settings` and the other sections, and those above the environment. `stored`: what the database has of the sections.
 * Reads files; throws `ConfigError`.
 */
export function resolveOptions(
  options: LiteLLMOptions = {},
  env: Environment = process.env,
  cwd: string = process.cwd(),
  stored?: StoredConfig,
): ResolvedOptions {
  const given = defined(options)
  const { config: source } = check(optionsSchema, given, TITLE, { known: Object.keys(optionsSchema.shape) })
  const config = loadConfig(source, env, cwd, given.strictConfig, stored)
  const address = searchDatabaseUrl(given, config)
  const said = { ...config.litellmDb, ...given }
  const all = check(optionsSchema, { ...settingsOf(config, address, said.mode), ...said }, TITLE)
  const { logger, keys, router, prices, sink, callbacks, readers, cacheStore } = all
  const redis = redisOf(config.env, config.settings.litellm.cacheParams)
  // In a file it may be meant for a LiteLLM elsewhere: then it is one more key that is not acted on.
  const lacking = all.useRedisTransactionBuffer && !redis
  if (lacking && given.useRedisTransactionBuffer) throw problems(TITLE, [NO_REDIS])
  const { litellm } = config.settings
  const { cache, ignored: ofCache } = cacheOf({
    settings: litellm,
    written: writtenCacheParams(config),
    redis,
    store: cacheStore,
  })
  return defined({
    masterKey: all.masterKey,
    database: resolveDatabase(all, address, said),
    keyCache: { max: all.authCacheSize, ttlMs: cacheTtl(all.authCacheTtl, config), staleIfErrorMs: all.staleIfError },
    spend: spendSettings(all, config.settings.litellm),
    durability: all.durability,
    journal: { ...all.journal, dir: resolve(cwd, all.journal.dir) },
    spendBuffer: all.useRedisTransactionBuffer ? redis : undefined,
    retention: retentionSettings(all),
    modelList: config.modelList,
    deployments: deploymentsOf(config),
    rejectedModels: config.rejected,
    modelCostMap: all.modelCostMap && located(all.modelCostMap, cwd),
    modelCostMapCache: resolve(cwd, all.modelCostMapCache),
    pricing: chargeSettings(all, config.settings.litellm),
    maxBodyBytes: all.maxBodyBytes,
    maxHeldBodyBytes: all.maxHeldBodyBytes,
    headersTimeoutMs: all.headersTimeout,
    bodyTimeoutMs: all.bodyTimeout,
    upstreamTimeoutMs: all.upstreamTimeout,
    workers: all.workers,
    reserve: all.reserve,
    reserveCost: all.reserveCost,
    reserveWaitMs: all.reserveWait,
    limitStore: all.limitStore,
    passOnStoreError: all.passOnStoreError,
    mode: all.mode,
    compat: all.compat,
    timeZone: budgetCalendarOf(config.settings.litellm, config.settings.general.litellmSettings?.timezone),
    blockedEndUsers: blockedUsersOf(config.settings.litellm, cwd),
    cors: corsOf(all, config.env),
    accessLog: all.accessLog,
    clientAbort: { mode: all.onClientAbort, drainMs: all.drainTimeout, drainBytes: all.drainMaxBytes },
    shutdown: shutdownSettings(all),
    redis,
    cache,
    routerRedis: routerRedisOf(config.settings.router) ?? redis,
    routing: routingOf(config.settings, config.env, { upstreamTimeoutMs: all.upstreamTimeout, compat: all.compat }),
    settings: config.settings,
    fileSettings: config.fileSettings,
    warnings: config.warnings,
    ignored: [
      ...config.ignored,
      ...ofCache,
      ...(lacking ? [BUFFER] : []),
      ...(namesUsers(config) ? [USER_HEADERS] : []),
    ],
    callbackApis: config.callbackApis,
    cwd,
    env: config.env,
    parts: defined({ logger, keys, router, prices, sink, callbacks, readers }),
  })
}

/** A list of models that are all rejected is not "no list": nothing else may be served in their place. */
function deploymentsOf(config: LoadedConfig): ResolvedOptions['deployments'] {
  const isListed = config.deployments.length + config.rejected.length > 0
  return isListed ? config.deployments : deploymentsFromEnvironment(config)
}

function writtenCacheParams({ settings: { written } }: Pick<LoadedConfig, 'settings'>): Json {
  const section = written.litellm_settings as { readonly cache_params?: Json } | undefined
  return section?.cache_params ?? {}
}

const USER_HEADERS = 'general_settings.user_header_mappings (but those with litellm_user_role: customer)'

/** Headers may name an internal user too, whose budgets and rights would hold: here only the key says who that is. */
function namesUsers({ settings: { general } }: Pick<LoadedConfig, 'settings'>): boolean {
  return [general.userHeaderMappings ?? []].flat().some(({ litellm_user_role: role }) => role !== 'customer')
}

/** Spend that is to be verified is read again this often, as in LiteLLM. */
const VERIFIED_MS = 5_000

function cacheTtl(ttlMs: number, { settings: { general } }: Pick<LoadedConfig, 'settings'>): number {
  return general.failClosedBudgetEnforcement ? Math.min(ttlMs, VERIFIED_MS) : ttlMs
}

/** How spend is written, and what of a call its row keeps. */
function spendSettings(all: CheckedOptions, { turnOffMessageLogging }: LitellmSettings): ResolvedOptions['spend'] {
  const keepsPrompts = all.storePromptsInSpendLogs && !all.disableSpendLogs && turnOffMessageLogging !== true
  return {
    queueSize: all.logQueueSize,
    batchSize: all.logBatchSize,
    flushIntervalMs: all.logFlushInterval,
    retryAttempts: all.logRetryAttempts,
    retryDelayMs: all.logRetryDelay,
    rows: !all.disableSpendLogs,
    ...(all.spendLogsUrl && { url: all.spendLogsUrl }),
    ...(keepsPrompts && { prompts: { maxLength: all.promptLength } }),
    disabled: all.disableSpendUpdates,
  }
}

function retentionSettings({ spendLogsRetention: ageMs, spendLogsRetentionInterval: intervalMs }: CheckedOptions) {
  return ageMs === undefined ? undefined : { ageMs, intervalMs }
}

function shutdownSettings({ shutdownGrace: graceMs, shutdownDrainDelay: drainDelayMs }: CheckedOptions) {
  if (drainDelayMs > graceMs) throw problems(TITLE, [LONG_DELAY])
  return { graceMs, drainDelayMs }
}

function corsOf(all: CheckedOptions, env: Environment): ResolvedOptions['cors'] {
  const named = env.LITELLM_CORS_ORIGINS?.split(',').map((origin) => origin.trim())
  const origins = all.corsOrigins ?? named?.filter((origin) => origin !== '') ?? []
  if (origins.length === 0) return undefined
  const said = env.LITELLM_CORS_ALLOW_CREDENTIALS
  // Any page could send the cookies of its visitors.
  const credentials = all.corsCredentials ?? (said ? isTrue(said) : !origins.includes('*'))
  return { origins, credentials }
}

const LONG_DELAY =
  '`shutdownDrainDelay` (`general_settings.shutdown_drain_delay`) is part of `shutdownGrace` ' +
  '(`general_settings.shutdown_grace`, 25s by default) and must not be longer.'

const BUFFER = 'general_settings.use_redis_transaction_buffer (no Redis is named)'

const NO_REDIS =
  '`useRedisTransactionBuffer` (`general_settings.use_redis_transaction_buffer`) needs a Redis: set ' +
  '`litellm_settings.cache_params`, REDIS_URL or REDIS_HOST.'

function located(fileOrUrl: string, cwd: string): string {
  return /^https?:\/\//.test(fileOrUrl) ? fileOrUrl : resolve(cwd, fileOrUrl)
}

/** `undefined` equals "not given". */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

/** How calls are charged: LiteLLM's discounts and margins, and what is to be done about unknown prices. */
function chargeSettings(
  { unpricedModels, statedCosts }: Pick<CheckedOptions, 'unpricedModels' | 'statedCosts'>,
  { costDiscountConfig: discounts, costMarginConfig: margins }: LitellmSettings,
): ChargeSettings {
  return { unpricedModels, believeStated: statedCosts === 'charge', discounts, margins }
}
