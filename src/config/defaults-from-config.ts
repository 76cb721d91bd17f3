import { ConfigError } from '../errors.ts'
import type { Environment } from '../lib/environment.ts'
import type { Deployment } from '../types.ts'
import type { DatabaseAddress } from './database-url.ts'
import { LONGEST_MS, parseSeconds } from './durations.ts'
import type { LoadedConfig } from './load-config.ts'
import { deploymentOf } from './models/deployments.ts'
import { MAX_BODY_BYTES } from './options-schema.ts'

/** What LiteLLM's own sections, the database URL and the environment say, under the names of the options in code. */
export function settingsOf(
  config: LoadedConfig,
  address: DatabaseAddress | undefined,
  mode: 'enforce' | 'report' = 'enforce',
): Record<string, unknown> {
  const { env } = config
  const { general, litellm, router } = config.settings
  const found = {
    masterKey: general.masterKey ?? env.LITELLM_MASTER_KEY,
    modelCostMap: litellm.modelCostMapUrl ?? costMapVariable(config),
    unpricedModels: litellm.blockRequestsForModelsWithoutPricing ? 'block' : undefined,
    maxConns: general.databaseConnectionPoolLimit ?? address?.maxConns,
    connectTimeout: timer(address?.connectTimeoutMs),
    authCacheTtl: timer(general.userApiKeyCacheTtl),
    maxBodyBytes: bodyBytesOf(general.maxRequestSizeMb, mode),
    disableSpendLogs: general.disableSpendLogs ?? isTrue(env.DISABLE_SPEND_LOGS),
    maxHeldBodyBytes: bytesOf(general.maxHeldBodiesMb),
    headersTimeout: timer(general.requestHeadersTimeout),
    bodyTimeout: timer(general.requestBodyTimeout),
    spendLogsUrl: env.SPEND_LOGS_URL,
    storePromptsInSpendLogs: general.storePromptsInSpendLogs ?? isTrue(env.STORE_PROMPTS_IN_SPEND_LOGS),
    promptLength: Number(env.MAX_STRING_LENGTH_PROMPT_IN_DB) || undefined,
    disableSpendUpdates: general.disableSpendUpdates,
    useRedisTransactionBuffer: general.useRedisTransactionBuffer,
    spendLogsRetention: general.maximumSpendLogsRetentionPeriod,
    spendLogsRetentionInterval: timer(general.maximumSpendLogsRetentionInterval),
    passOnStoreError: general.failClosedRateLimitEnforcement ? false : undefined,
    upstreamTimeout: timer(router.timeout ?? litellm.requestTimeout),
  }
  // An empty variable is as good as none, and so is a limit of 0.
  const said = Object.fromEntries(Object.entries(found).filter(([, value]) => Boolean(value) || value === false))
  return { ...said, ...shutdownOf(config) }
}

/** Here 0 is meant. */
function shutdownOf({ settings: { general }, env }: LoadedConfig): Record<string, unknown> {
  const found = {
    shutdownGrace: general.shutdownGrace ?? secondsIn(env, 'LITELLM_SHUTDOWN_GRACE'),
    shutdownDrainDelay: general.shutdownDrainDelay ?? secondsIn(env, 'LITELLM_SHUTDOWN_DRAIN_DELAY'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** Milliseconds of a variable that holds seconds, or a duration with its unit. */
function secondsIn(env: Environment, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const ms = parseSeconds(text)
  if (ms !== undefined) return ms
  throw new ConfigError(`${name} must be a number of seconds or a duration such as 25s, not "${text}".`)
}

/**
 * Without a `model_list`, a key for OpenAI in the environment serves every model. Not when models are kept in the
 * database: there an empty list is meant.
 */
export function deploymentsFromEnvironment({ env, settings }: LoadedConfig): Deployment[] {
  const inDatabase = settings.general.storeModelInDb === true || /^true$/i.test(env.STORE_MODEL_IN_DB ?? '')
  if (!env.OPENAI_API_KEY || inDatabase) return []
  return [deploymentOf({ model_name: '*', litellm_params: { model: 'openai/*' } }, env, 'Invalid environment:')]
}

/** A check that is only reported keeps no body from being read. */
function bodyBytesOf(megabytes: number | undefined, mode: 'enforce' | 'report'): number | undefined {
  const bytes = bytesOf(megabytes)
  return bytes && mode === 'report' ? Math.max(bytes, MAX_BODY_BYTES) : bytes
}

function bytesOf(megabytes: number | undefined): number | undefined {
  return megabytes && Math.ceil(megabytes * 1024 * 1024)
}

function isTrue(variable: string | undefined): boolean {
  return /^(true|1)$/i.test(variable ?? '')
}

function costMapVariable({ env }: LoadedConfig): string | undefined {
  const bundled = /^true$/i.test(env.LITELLM_LOCAL_MODEL_COST_MAP ?? '')
  return bundled ? undefined : env.LITELLM_MODEL_COST_MAP_URL
}

/** LiteLLM lets these be as long as one likes; a timer does not. */
function timer(ms: number | undefined): number | undefined {
  return ms && Math.min(ms, LONGEST_MS)
}
