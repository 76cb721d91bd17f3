import { ConfigError } from '../errors.ts'
import { type Environment, isTrue } from '../lib/environment.ts'
import type { Deployment } from '../types.ts'
import type { DatabaseAddress } from './database-url.ts'
import { parseSeconds } from './durations.ts'
import { workersIn } from './limit-options.ts'
import type { LoadedConfig } from './load-config.ts'
import { deploymentOf } from './models/deployments.ts'
import { optionsInSettings, timer } from './option-names.ts'
import { MAX_BODY_BYTES } from './options-schema.ts'

/** What LiteLLM's own sections, the database URL and the environment say, under the names of the options in code. */
export function settingsOf(
  { env, settings }: LoadedConfig,
  address: DatabaseAddress | undefined,
  mode: unknown,
): Record<string, unknown> {
  const { maxBodyBytes, ...written } = optionsInSettings(settings)
  const found: Record<string, unknown> = {
    masterKey: env.LITELLM_MASTER_KEY,
    modelCostMap: costMapVariable(env),
    maxConns: address?.maxConns,
    connectTimeout: address?.connectTimeoutMs && timer(address.connectTimeoutMs),
    disableSpendLogs: isTrue(env.DISABLE_SPEND_LOGS),
    spendLogsUrl: env.SPEND_LOGS_URL,
    storePromptsInSpendLogs: isTrue(env.STORE_PROMPTS_IN_SPEND_LOGS),
    promptLength: Number(env.MAX_STRING_LENGTH_PROMPT_IN_DB) || undefined,
    upstreamTimeout: settings.litellm.requestTimeout && timer(settings.litellm.requestTimeout),
    workers: workersIn('NUM_WORKERS', env.NUM_WORKERS),
    shutdownGrace: secondsIn(env, 'LITELLM_SHUTDOWN_GRACE'),
    shutdownDrainDelay: secondsIn(env, 'LITELLM_SHUTDOWN_DRAIN_DELAY'),
    ...written,
    maxBodyBytes: mode === 'report' ? atLeastDefault(maxBodyBytes) : maxBodyBytes,
  }
  return Object.fromEntries(Object.entries(found).filter(([name, value]) => isSaid(name, value)))
}

/** Where 0 is meant; LiteLLM's limits and times of 0 mean "none", like an empty variable. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(['shutdownGrace', 'shutdownDrainDelay'])

function isSaid(name: string, value: unknown): boolean {
  return Boolean(value) || value === false || (value === 0 && MAY_BE_ZERO.has(name))
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
function atLeastDefault(bytes: unknown): unknown {
  return typeof bytes === 'number' && bytes > 0 ? Math.max(bytes, MAX_BODY_BYTES) : bytes
}

function costMapVariable(env: Environment): string | undefined {
  const bundled = /^true$/i.test(env.LITELLM_LOCAL_MODEL_COST_MAP ?? '')
  return bundled ? undefined : env.LITELLM_MODEL_COST_MAP_URL
}
