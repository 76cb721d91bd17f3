import * as z from 'zod'
import { inspect } from '../../lib/config-error.ts'
import { isPlainObject } from '../../lib/environment.ts'
import { camelCase } from '../../lib/name-case.ts'
import type { Json } from '../../types.ts'
import { generalShape } from './general.ts'
import { litellmShape } from './litellm.ts'
import { type Quoted, withoutQuotes } from './quoted.ts'
import { routerRedisShape, routerShape } from './router.ts'

/** Every setting of LiteLLM's sections that is acted on. A setting that is acted on is added to its section, and nowhere else. */
export const SETTINGS = {
  general_settings: generalShape,
  litellm_settings: { ...litellmShape, ...routerShape },
  router_settings: { ...routerShape, ...routerRedisShape },
} as const

export type SectionName = keyof typeof SETTINGS

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S

/** A section as the code reads it: names in camelCase, durations in milliseconds, only what is given. */
type Section<T extends Readonly<Record<string, z.ZodType>>> = {
  readonly [K in keyof T & string as Camel<K>]?: z.output<T[K]>
}

export type GeneralSettings = Section<typeof generalShape>
export type LitellmSettings = Section<typeof litellmShape & typeof routerShape>
export type RouterSectionSettings = Section<typeof routerShape & typeof routerRedisShape>

export interface Settings {
  readonly general: GeneralSettings
  readonly litellm: LitellmSettings
  readonly router: RouterSectionSettings
  /** The sections as they were written, but for quotes: what the database has is put on top of them. */
  readonly written: Readonly<Record<SectionName, unknown>>
  /** What was written in quotes. */
  readonly quoted: readonly Quoted[]
}

/** The three sections of a config, or one line for each value of a wrong type. */
export function readSettings(config: Json): Settings | { readonly lines: readonly string[] } {
  const quoted: Quoted[] = []
  const general = readSection('general_settings', config.general_settings, quoted)
  const litellm = readSection('litellm_settings', litellmSectionOf(config), quoted)
  const router = readSection('router_settings', config.router_settings, quoted)
  const lines = [general, litellm, router].flatMap((section) => section.lines)
  if (lines.length > 0) return { lines }
  return {
    general: general.value as GeneralSettings,
    litellm: litellm.value as LitellmSettings,
    router: router.value as RouterSectionSettings,
    written: {
      general_settings: general.written,
      litellm_settings: litellm.written,
      router_settings: router.written,
    },
    quoted,
  }
}

/** Every setting of a section, with its kind and the sentence of the documentation. */
export function settingFields(section: SectionName) {
  return Object.entries(SETTINGS[section] as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => ({
    name,
    kind: String(schema.meta()?.type ?? 'text'),
    description: schema.description ?? '',
  }))
}

const MEMBERS = { general_settings: 'general', litellm_settings: 'litellm', router_settings: 'router' } as const

/** The value of one setting, by LiteLLM's names. `undefined` when it is not given. */
export function readSetting(
  settings: Pick<Settings, 'general' | 'litellm' | 'router'>,
  section: SectionName,
  name: string,
): unknown {
  return (settings[MEMBERS[section]] as Readonly<Record<string, unknown>>)[camelCase(name)]
}

interface ReadSection {
  readonly lines: readonly string[]
  readonly value: Json
  readonly written: Json
}

const SCHEMAS = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, shape]) => [
    name,
    z.looseObject(Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.optional()]))),
  ]),
) as Readonly<Record<SectionName, z.ZodObject>>

/** One section of a config, or of a database. */
export function readSection(name: SectionName, section: unknown, quoted: Quoted[]): ReadSection {
  const schema = SCHEMAS[name]
  const written = withoutQuotes(schema, section ?? {}, [name], quoted)
  const result = inspect(schema, written, { at: [name] })
  if ('lines' in result) return { lines: result.lines, value: {}, written: {} }
  const known = Object.entries(result.value).filter(([key]) => Object.hasOwn(SETTINGS[name], key))
  return {
    lines: [],
    value: Object.fromEntries(known.map(([key, value]) => [camelCase(key), value])),
    written: written as Json,
  }
}

/** A file that has `litellm_params` at the top means `litellm_settings`: LiteLLM knows no such section. */
function litellmSectionOf({ litellm_params: params, litellm_settings: settings = {} }: Json): unknown {
  return isPlainObject(params) && isPlainObject(settings) ? { ...params, ...settings } : settings
}
