import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspect, problems } from '../lib/config-error.ts'
import { type Environment, type Missing, missingText, resolveReferences, withVariables } from '../lib/environment.ts'
import { object } from '../lib/json.ts'
import type { CallbackApi } from '../signals/callbacks/generic-api.ts'
import type { Deployment, Json } from '../types.ts'
import { ignoredKeys, isActedOn } from './acted-on.ts'
import { callbackApisOf } from './callbacks.ts'
import { type LiteLLMConfig, litellmConfigSchema } from './litellm-config.ts'
import { readLiteLLMSection } from './litellm-section.ts'
import { type RejectedModel, readModelList } from './models/deployments.ts'
import { readablePrices } from './prices.ts'
import { quotedText } from './settings/quoted.ts'
import { type LitellmSettings, readSettings, type SectionName, type Settings } from './settings/read-settings.ts'
import { behindFile, type StoredConfig, withoutNulls } from './settings/stored-settings.ts'
import { readConfigFile, withIncludes } from './yaml.ts'

export interface LoadedConfig {
  /** The environment with the config's `environment_variables` on top. */
  readonly env: Environment
  readonly deployments: readonly Deployment[]
  /** The entries that `deployments` were made from, in the same order, references filled in. */
  readonly modelList: readonly unknown[]
  /** The entries that are not served, because something in them is wrong. */
  readonly rejected: readonly RejectedModel[]
  /** What `litellm_db` says, under the names of the options in code. */
  readonly litellmDb: Readonly<Record<string, unknown>>
  readonly settings: Settings
  /** The sections of settings as the file alone has them, references not filled in. */
  readonly fileSettings: Readonly<Record<SectionName, Json>>
  /** `callback_settings` of `callback_type: generic_api`, by name. */
  readonly callbackApis: ReadonlyMap<string, CallbackApi>
  /** What was read otherwise than it was written, in sentences. */
  readonly warnings: readonly string[]
  readonly ignored: readonly string[]
}

/**
 * Finds, reads and checks LiteLLM's config: the one that is given, else `CONFIG_FILE_PATH`, else `./config.yaml`. An entry
 * of its `model_list` that cannot be used is rejected alone, unless the config or `strict` says that it is an error.
 */
export function loadConfig(
  given: string | Json | undefined,
  env: Environment,
  cwd: string,
  strict?: boolean,
  stored?: StoredConfig,
): LoadedConfig {
  const { raw: file, name } = sourceOf(given, env, cwd)
  const { config: raw, lines: leftOut } = stored ? behindFile(file, stored) : { config: file, lines: [] }
  const title = `Invalid configuration in ${name}:`
  const variables = withVariables(env, raw.environment_variables)
  const { value, missing } = resolveReferences(withoutNulls(keepNoLimit(raw)), variables)
  const { ofModels, others } = splitMissing(missing.filter(({ path }) => isActedOn(path)))
  if (others.length > 0) throw problems(title, others)

  const { config: written, unread } = readablePrices(value as Json)
  const rest = inspect(litellmConfigSchema, written)
  const settings = readSettings(written)
  const callbacks = callbackApisOf(written.callback_settings)
  if ('lines' in rest || 'lines' in settings || callbacks.lines.length > 0) {
    throw problems(
      title,
      [rest, settings, callbacks].flatMap((part) => ('lines' in part ? part.lines : [])),
    )
  }
  const config = rest.value
  const whole = { ...vertexVariables(config.default_vertex_config), ...withDropParams(variables, settings.litellm) }
  const { deployments, entries, rejected, quoted } = readModelList(
    config.model_list,
    whole,
    ofModels,
    raw.model_list as readonly unknown[] | undefined,
  )
  if (rejected.length > 0 && (strict ?? settings.general.strictConfig)) {
    throw problems(
      title,
      rejected.flatMap((model) => model.problems),
    )
  }
  const section = readLiteLLMSection(config.litellm_db, title)
  return {
    env: whole,
    deployments,
    modelList: entries,
    rejected,
    litellmDb: section.value,
    settings,
    callbackApis: callbacks.apis,
    warnings: [
      ...leftOut.map((line) => `A setting in the database is left out: ${line}`),
      ...[...settings.quoted, ...section.quoted, ...quoted]
        .filter(({ path }) => valueAt(raw, path) === valueAt(written, path))
        .map(quotedText),
    ],
    fileSettings: {
      general_settings: object(withoutNulls(file.general_settings)),
      litellm_settings: object(withoutNulls(file.litellm_settings)),
      router_settings: object(withoutNulls(file.router_settings)),
    },
    ignored: [...ignoredKeys(written), ...unread],
  }
}

/** A key without a value says nothing, but for this one: LiteLLM's `max_messages: null` is no limit. */
function keepNoLimit(raw: Json): Json {
  const settings = raw.litellm_settings as Json | undefined | null
  const params = settings?.cache_params as Json | undefined | null
  if (params?.max_messages !== null) return raw
  return { ...raw, litellm_settings: { ...settings, cache_params: { ...params, max_messages: 'none' } } }
}

/** A variable that is missing in an entry of the `model_list` concerns that model; elsewhere it concerns the whole. */
function splitMissing(missing: readonly Missing[]) {
  const ofModels = new Map<number, string[]>()
  const others: string[] = []
  for (const one of missing) {
    const [section, index] = one.path
    if (section !== 'model_list' || typeof index !== 'number') others.push(missingText(one))
    else ofModels.set(index, [...(ofModels.get(index) ?? []), missingText(one)])
  }
  return { ofModels, others }
}

/** LiteLLM has a variable for it too: that way the code that makes deployments knows of it, also of those in the database. */
function withDropParams(env: Environment, { dropParams }: LitellmSettings): Environment {
  return dropParams === undefined ? env : { ...env, LITELLM_DROP_PARAMS: String(dropParams) }
}

/** The names that LiteLLM's own variables for it have; those of the environment win. */
function vertexVariables(defaults: LiteLLMConfig['default_vertex_config']): Environment {
  if (!defaults) return {}
  const { vertex_project, vertex_location, vertex_credentials: credentials } = defaults
  return {
    DEFAULT_VERTEXAI_PROJECT: vertex_project,
    DEFAULT_VERTEXAI_LOCATION: vertex_location,
    DEFAULT_GOOGLE_APPLICATION_CREDENTIALS: typeof credentials === 'object' ? JSON.stringify(credentials) : credentials,
  }
}

function sourceOf(given: string | Json | undefined, env: Environment, cwd: string): { raw: Json; name: string } {
  if (typeof given === 'object') return { raw: withIncludes(given, resolve(cwd, 'config'), []), name: '`config`' }
  const file = given ?? (env.CONFIG_FILE_PATH || defaultFile(cwd))
  if (file === undefined) return { raw: {}, name: 'no file' }
  const path = resolve(cwd, file)
  return { raw: readConfigFile(path), name: path }
}

function defaultFile(cwd: string): string | undefined {
  return existsSync(resolve(cwd, 'config.yaml')) ? 'config.yaml' : undefined
}

/** A variable holds nothing but text: what came from one is not in quotes. */
function valueAt(node: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (at as Readonly<Record<PropertyKey, unknown>> | undefined)?.[part], node)
}
