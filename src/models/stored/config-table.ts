import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import { isObject } from '../../lib/json.ts'
import type { Json } from '../../types.ts'
import { jsonObjectOf } from './model-table-params.ts'
import type { SecretAlgorithm, SecretBox } from './secret-box.ts'
import { listConfig } from './sql/list-config.ts'

const DEFAULT_INTERVAL_SECONDS = 30

/** What the database says beside the configuration's file. */
export interface ConfigOverrides {
  readonly general: Json
  readonly litellm: Json
  readonly router: Json
  /** Decrypted. Each under its own name and in upper case, as LiteLLM sets them. */
  readonly variables: Readonly<Record<string, string>>
}

export async function readConfigTable(sql: Sql, schema: Schema, box: SecretBox | undefined): Promise<ConfigOverrides> {
  const rows = schema.has('LiteLLM_Config') ? await listConfig(sql) : []
  const sections = new Map(rows.map((row) => [row.param_name, jsonObjectOf(row.param_value) ?? {}]))
  const section = (name: string) => sections.get(name) ?? {}
  return {
    general: section('general_settings'),
    litellm: section('litellm_settings'),
    router: section('router_settings'),
    variables: variablesOf(section('environment_variables'), box),
  }
}

/**
 * LiteLLM's rule for a section that stands in the file and in the database: the database wins, inside nested objects too,
 * where it says something; `null` and `[]` say nothing.
 */
export function mergeSection(file: Json, stored: Json): Json {
  const merged = new Map(Object.entries(file))
  for (const [name, value] of Object.entries(stored)) {
    const own = merged.get(name)
    const saysNothing = value === null || (Array.isArray(value) && value.length === 0)
    if (saysNothing && own !== undefined) continue
    merged.set(name, isObject(own) && isObject(value) ? mergeSection(own, value) : value)
  }
  return Object.fromEntries(merged)
}

function variablesOf(stored: Json, box: SecretBox | undefined): Readonly<Record<string, string>> {
  const variables = Object.entries(stored).flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    const plain = box?.open(value) ?? value
    return [[name, plain] as const, [name.toUpperCase(), plain] as const]
  })
  return Object.fromEntries(variables)
}

/** What LiteLLM's settings say about the models that are kept in the database. */
interface StoredModelSettings {
  /** `general_settings.store_model_in_db`, or `STORE_MODEL_IN_DB`. Off: the database is not looked at. */
  readonly enabled: boolean
  /** `supported_db_objects` allows `models`. Without it the database's settings are still read. */
  readonly models: boolean
  readonly intervalMs: number
  /** `auto`: the format of what is stored already, else the one that every version of LiteLLM reads. */
  readonly algorithm: SecretAlgorithm | 'auto'
}

/** As the section `general_settings` gives them. */
interface StoredModelSource {
  readonly storeModelInDb?: boolean
  readonly supportedDbObjects?: readonly string[]
  readonly proxyConfigReloadIntervalSeconds?: number
  readonly encryptionAlgorithm?: SecretAlgorithm | 'auto'
}

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
