import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { GatewayEvents } from '../../events.ts'
import type { Deployment, Json } from '../../types.ts'
import type { RouterPlan } from '../routing/live-router.ts'
import type { Model } from '../routing/model.ts'
import type { RouterSettings } from '../routing/router-settings.ts'
import { type ConfigOverrides, readConfigTable } from './config-table.ts'
import { type ModelListEntry, type ModelProblem, type ModelTable, readModelTable } from './model-table.ts'
import type { SecretBox } from './secret-box.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface ModelSourceOptions {
  readonly sql: Sql
  readonly schema: () => Promise<Schema>
  readonly box: SecretBox | undefined
  readonly env: Env
  readonly events: GatewayEvents
  /** Whether `LiteLLM_ProxyModelTable` is read. The settings are read in any case. */
  readonly readModels: boolean
  /** The configuration's own models: always there, replaced by a row of the same id. */
  readonly configured: readonly Model[]
  /** The router's settings of file and database together. `problem`: some of the latter are wrong, and are left out. */
  readonly toSettings: (
    overrides: ConfigOverrides,
    env: Env,
  ) => { readonly settings: RouterSettings; readonly problem?: Error }
  /** What the database has of the configuration is another than before. It holds for the models that are read next. */
  readonly onOverrides?: (overrides: ConfigOverrides) => Promise<void>
  /** Throws a `ConfigError` for an entry that cannot be used. */
  readonly toDeployment: (entry: ModelListEntry, env: Env) => Deployment
}

/** What the configuration says, which may be read again. */
export type Configured = Pick<ModelSourceOptions, 'configured' | 'env' | 'toSettings'>

export interface ModelSource {
  /** Takes what a new configuration says. Returns the plan of it and of what the database has said last. */
  configure(configuration: Configured): RouterPlan
  /** Models and settings as file and database together say. Rejects when the database cannot be read. */
  load(): Promise<RouterPlan>
  /** One row is gone, and somebody who knows says so: an empty table is believed after this. */
  forget(modelId: string): void
}

/**
 * LiteLLM's way to combine a configuration with its database (`ProxyConfig.add_deployment`): what the database no longer
 * has is dropped, except when it has nothing at all. A row that cannot be used is told once, as `model:reject`, and again
 * when its problem changes.
 */
export function createModelSource(options: ModelSourceOptions): ModelSource {
  const { sql, schema, box, events, readModels, toDeployment } = options
  let given: Configured = options
  let overrides: ConfigOverrides = { general: {}, litellm: {}, router: {}, variables: {} }
  let stored: readonly Model[] = []
  let told: ReadonlyMap<string, string> = new Map()
  let toldSettings: string | undefined

  return {
    configure(configuration) {
      given = configuration
      return planned()
    },
    async load() {
      const tables = await schema()
      const read = await readConfigTable(sql, tables, box)
      const isNew = JSON.stringify(read) !== JSON.stringify(overrides)
      overrides = read
      if (isNew) await options.onOverrides?.(read)
      if (readModels) {
        const variables = variablesNow()
        const table = await readModelTable({ sql, schema: tables, box, env: variables })
        const { models, problems } = usableOf(table, variables)
        tell(problems)
        if (table.entries.length + table.problems.length > 0) stored = models
      }
      return planned()
    },
    forget(modelId) {
      stored = stored.filter(({ deployment }) => deployment.id !== modelId)
    },
  }

  function planned(): RouterPlan {
    return { models: merged(given.configured, stored), settings: settingsOf() }
  }

  function variablesNow(): Env {
    return { ...given.env, ...overrides.variables }
  }

  function usableOf(table: ModelTable, variables: Env) {
    const models: Model[] = []
    const problems: ModelProblem[] = [...table.problems]
    for (const entry of table.entries) {
      try {
        const said = withoutNulls(entry)
        const deployment = toDeployment(said, variables)
        models.push({ deployment, params: said.litellm_params, info: said.model_info, stored: true })
      } catch (error) {
        const problem = error instanceof Error ? error.message : 'It cannot be used.'
        problems.push({ modelId: String(entry.model_info.id), modelName: entry.model_name, problem })
      }
    }
    return { models, problems }
  }

  function tell(problems: readonly ModelProblem[]): void {
    for (const problem of problems) {
      if (told.get(problem.modelId) !== problem.problem) events.tell('model:reject', problem)
    }
    told = new Map(problems.map(({ modelId, problem }) => [modelId, problem]))
  }

  /** What is wrong with them is told when it changes. */
  function settingsOf(): RouterSettings {
    const { settings, problem } = given.toSettings(overrides, variablesNow())
    if (problem && problem.message !== toldSettings) events.tell('models:stale', { error: problem })
    toldSettings = problem?.message
    return settings
  }
}

/** LiteLLM stores every field of its forms; one without a value says nothing. */
function withoutNulls(entry: ModelListEntry): ModelListEntry {
  const said = (fields: Json) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  return { ...entry, litellm_params: said(entry.litellm_params), model_info: said(entry.model_info) }
}

function merged(configured: readonly Model[], stored: readonly Model[]): readonly Model[] {
  const byId = new Map(configured.map((model) => [model.deployment.id, model]))
  for (const model of stored) byId.set(model.deployment.id, model)
  return [...byId.values()]
}
