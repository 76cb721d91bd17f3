import type { Json } from '../types.ts'
import type { SecretAlgorithm } from './secret-box.ts'

/** What LiteLLM's settings say about the models that are kept in the database. */
export interface StoredModelSettings {
  /** `general_settings.store_model_in_db`, or `STORE_MODEL_IN_DB`. Off: the database is not looked at. */
  readonly enabled: boolean
  /** `supported_db_objects` allows `models`. Without it the database's settings are read all the same. */
  readonly models: boolean
  readonly intervalMs: number
  /** `auto`: the format of what is stored already, else the one that every version of LiteLLM reads. */
  readonly algorithm: SecretAlgorithm | 'auto'
}

const DEFAULT_INTERVAL_SECONDS = 30
const ALGORITHMS = ['aes-256-gcm', 'xsalsa20-poly1305'] as const

export function storedModelSettings(
  general: Json,
  env: Readonly<Record<string, string | undefined>>,
): StoredModelSettings {
  const { supported_db_objects: supported, proxy_config_reload_interval_seconds: seconds } = general
  const interval = Number(seconds)
  return {
    enabled: isTrue(env.STORE_MODEL_IN_DB) || isTrue(general.store_model_in_db),
    models: !Array.isArray(supported) || supported.includes('models'),
    intervalMs: (interval > 0 ? interval : DEFAULT_INTERVAL_SECONDS) * 1_000,
    algorithm: ALGORITHMS.find((name) => name === general.encryption_algorithm) ?? 'auto',
  }
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}
