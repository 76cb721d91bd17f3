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

/** As the section `general_settings` gives them. */
export interface StoredModelSource {
  readonly storeModelInDb?: boolean
  readonly supportedDbObjects?: readonly string[]
  readonly proxyConfigReloadIntervalSeconds?: number
  readonly encryptionAlgorithm?: SecretAlgorithm | 'auto'
}

const DEFAULT_INTERVAL_SECONDS = 30

export function storedModelSettings(
  general: StoredModelSource,
  env: Readonly<Record<string, string | undefined>>,
): StoredModelSettings {
  const { supportedDbObjects: supported, proxyConfigReloadIntervalSeconds: interval = 0 } = general
  return {
    enabled: isTrue(env.STORE_MODEL_IN_DB) || general.storeModelInDb === true,
    models: supported?.includes('models') ?? true,
    intervalMs: (interval > 0 ? interval : DEFAULT_INTERVAL_SECONDS) * 1_000,
    algorithm: general.encryptionAlgorithm ?? 'auto',
  }
}

function isTrue(variable = ''): boolean {
  return variable.trim().toLowerCase() === 'true'
}
