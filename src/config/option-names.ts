import type * as z from 'zod'
import { snakeCase } from '../lib/name-case.ts'
import { LONGEST_MS } from './durations.ts'
import { optionsSchema } from './options-schema.ts'
import { partShape } from './part-options.ts'
import { readSetting, type SETTINGS, type SectionName, type Settings } from './settings/read-settings.ts'

type OptionName = keyof typeof optionsSchema.shape

/** An option that LiteLLM has too, under a name and a unit of its own. */
interface LiteLLMSetting {
  /** `general_settings.master_key` */
  readonly path: string
  /** What the setting says, as a value of the option. `undefined`: nothing. */
  readonly read: (settings: Settings) => unknown
}

type Output<S extends SectionName, K extends keyof (typeof SETTINGS)[S]> = z.output<(typeof SETTINGS)[S][K] & z.ZodType>

function setting<S extends SectionName, K extends keyof (typeof SETTINGS)[S] & string>(
  section: S,
  name: K,
  toOption: (value: Output<S, K>) => unknown = (value) => value,
): LiteLLMSetting {
  return {
    path: `${section}.${name}`,
    read(settings) {
      const value = readSetting(settings, section, name)
      return value === undefined ? undefined : toOption(value as Output<S, K>)
    },
  }
}

/** LiteLLM lets these be as long as one likes; a timer does not. */
export const timer = (ms: number) => Math.min(ms, LONGEST_MS)
const bytes = (megabytes: number) => Math.ceil(megabytes * 1024 * 1024)

/** Options that a config.yaml says by LiteLLM's names alone. */
const REPLACED: { readonly [K in OptionName]?: LiteLLMSetting } = {
  strictConfig: setting('general_settings', 'strict_config'),
  masterKey: setting('general_settings', 'master_key'),
  modelCostMap: setting('litellm_settings', 'model_cost_map_url'),
  maxBodyBytes: setting('general_settings', 'max_request_size_mb', bytes),
  maxHeldBodyBytes: setting('general_settings', 'max_held_bodies_mb', bytes),
  headersTimeout: setting('general_settings', 'request_headers_timeout', timer),
  bodyTimeout: setting('general_settings', 'request_body_timeout', timer),
  upstreamTimeout: setting('router_settings', 'timeout', timer),
  disableSpendLogs: setting('general_settings', 'disable_spend_logs'),
  disableSpendUpdates: setting('general_settings', 'disable_spend_updates'),
  storePromptsInSpendLogs: setting('general_settings', 'store_prompts_in_spend_logs'),
  useRedisTransactionBuffer: setting('general_settings', 'use_redis_transaction_buffer'),
  spendLogsRetention: setting('general_settings', 'maximum_spend_logs_retention_period'),
  spendLogsRetentionInterval: setting('general_settings', 'maximum_spend_logs_retention_interval', timer),
  shutdownGrace: setting('general_settings', 'shutdown_grace'),
  shutdownDrainDelay: setting('general_settings', 'shutdown_drain_delay'),
}

/** Options that stand in `litellm_db`, where LiteLLM's names say some of the same. */
const SHARED: { readonly [K in OptionName]?: LiteLLMSetting } = {
  maxConns: setting('general_settings', 'database_connection_pool_limit'),
  authCacheTtl: setting('general_settings', 'user_api_key_cache_ttl', timer),
  unpricedModels: setting('litellm_settings', 'block_requests_for_models_without_pricing', onlyIf('block')),
  passOnStoreError: setting('general_settings', 'fail_closed_rate_limit_enforcement', onlyIf(false)),
}

function onlyIf(meaning: unknown): (isSet: boolean) => unknown {
  return (isSet) => (isSet ? meaning : undefined)
}

/** What LiteLLM's own sections say, under the names of the options. Only what is said. */
export function optionsInSettings(settings: Settings): Record<string, unknown> {
  const all = Object.entries({ ...REPLACED, ...SHARED }).map(([name, { read }]) => [name, read(settings)] as const)
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

/** The options of the section `litellm_db`: all that have no other name in a config.yaml. */
export const sectionShape: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(optionsSchema.shape).filter(
    ([name]) => name !== 'config' && !Object.hasOwn(partShape, name) && !Object.hasOwn(REPLACED, name),
  ),
)

/** Where an option stands in a config.yaml: `litellm_db.journal.max_bytes`. Empty when only code can say it. */
export function yamlNameOf(option: string): string {
  const [name = ''] = option.split('.')
  return Object.hasOwn(sectionShape, name)
    ? `litellm_db.${snakeCase(option)}`
    : (REPLACED[name as OptionName]?.path ?? '')
}
