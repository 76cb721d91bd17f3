import { isPlainObject } from '../../lib/environment.ts'
import { mergeSection } from '../../models/stored/config-table.ts'
import type { Json } from '../../types.ts'
import {
  type LitellmSettings,
  type RouterSectionSettings,
  readSection,
  SETTINGS,
  type Settings,
} from './read-settings.ts'

/** The sections that a database may have on top of those of the file. */
export interface StoredSections {
  readonly litellm: Json
  readonly router: Json
}

/**
 * Settings of the file with those of the database on top. Of a stored setting that is of a wrong type that of the file
 * stays, and `lines` says what is wrong: one must not take the others with it.
 */
export function withStored(settings: Settings, stored: StoredSections) {
  const litellm = readStored('litellm_settings', settings, stored.litellm)
  const router = readStored('router_settings', settings, stored.router)
  return {
    litellm: litellm.value as LitellmSettings,
    router: router.value as RouterSectionSettings,
    lines: [...litellm.lines, ...router.lines],
  }
}

function readStored(name: 'litellm_settings' | 'router_settings', { written }: Settings, stored: Json) {
  const file = written[name] as Json
  const lines: string[] = []
  const merged = withoutNulls(mergeSection(file, stored)) as Json
  const sound = Object.entries(merged).flatMap(([key, value]): [string, unknown][] => {
    if (!Object.hasOwn(stored, key) || !Object.hasOwn(SETTINGS[name], key)) return [[key, value]]
    const { lines: wrong } = readSection(name, { [key]: value }, [])
    lines.push(...wrong)
    return wrong.length === 0 ? [[key, value]] : Object.hasOwn(file, key) ? [[key, file[key]]] : []
  })
  return { value: readSection(name, Object.fromEntries(sound), []).value, lines }
}

/** What a gateway must know before it can read the database is never taken from there. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  ...['master_key', 'database_url', 'store_model_in_db'],
  ...['DATABASE_URL', 'LITELLM_DATABASE_URL', 'LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY'],
])

/** What LiteLLM's pages have stored, beside the settings of the router. */
export interface StoredConfig {
  readonly general: Json
  readonly litellm: Json
  readonly variables: Json
}

/**
 * A config with what the database has of it behind what the file says, as LiteLLM 1.106 has it. A stored setting of a wrong
 * type is left out, and a line says so. How calls are routed is read by the router itself.
 */
export function behindFile(
  file: Json,
  stored: StoredConfig,
): { readonly config: Json; readonly lines: readonly string[] } {
  const general = sound('general_settings', stored.general, file.general_settings)
  const litellm = sound('litellm_settings', stored.litellm, file.litellm_settings)
  const config = {
    ...file,
    general_settings: { ...general.value, ...mapping(file.general_settings) },
    litellm_settings: { ...litellm.value, ...mapping(file.litellm_settings) },
    environment_variables: {
      ...unsaid(stored.variables, file.environment_variables),
      ...mapping(file.environment_variables),
    },
  }
  return { config, lines: [...general.lines, ...litellm.lines] }
}

function sound(name: 'general_settings' | 'litellm_settings', stored: Json, file: unknown) {
  const lines: string[] = []
  const entries = Object.entries(unsaid(stored, file)).filter(([key, value]) => {
    const { lines: wrong } = readSection(name, { [key]: value }, [])
    lines.push(...wrong)
    return wrong.length === 0
  })
  return { value: Object.fromEntries(entries), lines }
}

function unsaid(stored: Json, file: unknown): Json {
  const said = mapping(file)
  const left = Object.entries(stored).filter(
    ([name, value]) => value !== null && !Object.hasOwn(said, name) && !FROM_OUTSIDE.has(name),
  )
  return Object.fromEntries(left)
}

function mapping(section: unknown): Json {
  return isPlainObject(section) ? section : {}
}

/** A key without a value (`api_key:`) says nothing, as in LiteLLM. */
export function withoutNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutNulls)
  if (!isPlainObject(node)) return node
  const said = Object.entries(node).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(said.map(([key, value]) => [key, withoutNulls(value)]))
}
