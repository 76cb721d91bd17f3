import type { StoredModels } from '../admin/models/stored-models.ts'
import { deploymentOf } from '../config/deployments.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { createModelSeal, openTexts } from '../litellm/model-seal.ts'
import { storedModelSettings } from '../litellm/model-settings.ts'
import { createModelSource, type ModelSource } from '../litellm/model-source.ts'
import { openParams } from '../litellm/model-table-params.ts'
import { createSecretBox, type SecretBox } from '../litellm/secret-box.ts'
import { createLiveRouter, type LiveRouter } from '../routing/live-router.ts'
import { modelsOf as configuredModels } from '../routing/model.ts'
import type { RouterOptions } from '../routing/router.ts'
import { type RouterSettings, routerSettingsOf } from '../routing/router-settings.ts'
import type { RouterState } from '../routing/router-state.ts'

interface ModelsParts {
  readonly database: Database | undefined
  readonly events: GatewayEvents
  /** A request may only bring fallbacks that its key may call. */
  readonly mayCall: NonNullable<RouterOptions['mayCall']>
  readonly meantBy?: RouterOptions['meantBy']
  readonly state: RouterState
}

export interface Models {
  readonly router: LiveRouter
  /** `undefined` when models are not kept in the database. */
  readonly stored: StoredModels | undefined
}

/** The configuration's models, and the database's where it may have some. Not started yet. */
export function modelsOf(config: ResolvedOptions, { database, events, mayCall, meantBy, state }: ModelsParts): Models {
  const { env } = config
  const { router_settings: routerSettings, litellm_settings: litellmSettings } = config.settings.written
  const settings = storedModelSettings(config.settings.general, env)
  const models = configuredModels(config.deployments, config.modelList)
  const plan = { models, settings: timed(routerSettingsOf({ routerSettings, litellmSettings, env }), config) }
  const common = { intervalMs: settings.intervalMs, events, mayCall, meantBy, state }
  if (!database || !settings.enabled) {
    return { router: createLiveRouter({ plan, ...common }), stored: undefined }
  }
  const box = boxOf(config)
  const source = createModelSource({
    sql: database.sql,
    schema: database.schema,
    box,
    env,
    events,
    readModels: settings.models,
    configured: models,
    routerSettings,
    litellmSettings,
    toDeployment: (entry, variables) => deploymentOf(entry, variables),
  })
  const load = async () => {
    const read = await source.load()
    return { ...read, settings: timed(read.settings, config) }
  }
  const router = createLiveRouter({ plan, load, ...common })
  return { router, stored: box && storedOf(database, box, settings.algorithm, { source, router, config }) }
}

function storedOf(
  { sql }: Database,
  box: SecretBox,
  algorithm: Parameters<typeof createModelSeal>[2],
  { source, router, config }: { source: ModelSource; router: LiveRouter; config: ResolvedOptions },
): StoredModels {
  return {
    seal: createModelSeal(sql, box, algorithm),
    open: (params) => openTexts(params, box),
    check(entry) {
      const opened = openParams(entry.litellm_params, undefined, config.env)
      if ('problem' in opened) throw new ConfigError(`litellm_params${opened.problem}`)
      // What a credential will fill in cannot be missed yet.
      if (opened.params.litellm_credential_name === undefined) {
        deploymentOf({ ...entry, litellm_params: opened.params }, config.env)
      }
    },
    async changed(deleted) {
      if (deleted !== undefined) source.forget(deleted)
      await router.reload()
    },
  }
}

/** LiteLLM's salt key, or its master key when there is none. */
export function boxOf({ env, masterKey }: ResolvedOptions): SecretBox | undefined {
  const salt = env.LITELLM_SALT_KEY || masterKey
  return salt ? createSecretBox([salt]) : undefined
}

function timed(settings: RouterSettings, { upstreamTimeoutMs }: ResolvedOptions): RouterSettings {
  return { ...settings, timeouts: { ...settings.timeouts, defaultTimeoutMs: upstreamTimeoutMs } }
}
