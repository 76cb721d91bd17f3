import type { Sql } from 'postgres'
import type { Json } from '../types.ts'
import { jsonObjectOf } from './model-table-params.ts'
import type { Schema } from './schema.ts'
import type { SecretBox } from './secret-box.ts'
import { listConfig } from './sql/list-config.ts'

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

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
