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

/** A key without a value (`api_key:`) says nothing, as in LiteLLM. */
export function withoutNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutNulls)
  if (!isPlainObject(node)) return node
  const said = Object.entries(node).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(said.map(([key, value]) => [key, withoutNulls(value)]))
}
