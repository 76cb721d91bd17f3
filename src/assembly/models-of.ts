import type { StoredModels } from '../admin/models/stored-models.ts'
import { changedAnswersOf } from '../auth/compat.ts'
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
import { modelsOf as configuredModels, type Model } from '../routing/model.ts'
import type { RouterOptions } from '../routing/router.ts'
import { type RouterSettings, routerSettingsOf } from '../routing/router-settings.ts'
import type { RouterState } from '../routing/router-state.ts'
import { probeOf, sendProbe } from '../upstream/health-probe.ts'
import type { Upstream } from '../upstream/upstream.ts'

interface ModelsParts {
  readonly database: Database | undefined
  readonly events: GatewayEvents
  /** A request may only bring fallbacks that its key may call. */
  readonly mayCall: NonNullable<RouterOptions['mayCall']>
  readonly meantBy?: RouterOptions['meantBy']
  readonly state: RouterState
  readonly upstream: Upstream
}

export interface Models {
  readonly router: LiveRouter
  /** `undefined` when models are not kept in the database. */
  readonly stored: StoredModels | undefined
}

/** The configuration's models, and the database's where it may have some. Not started yet. */
export function modelsOf(
  config: ResolvedOptions,
  { database, events, mayCall, meantBy, state, upstream }: ModelsParts,
): Models {
  const { env } = config
  const { router_settings: routerSettings, litellm_settings: litellmSettings } = config.settings.written
  const settings = storedModelSettings(config.settings.general, env)
  const models = configuredModels(config.deployments, config.modelList)
  const plan = { models, settings: completed(routerSettingsOf({ routerSettings, litellmSettings, env }), config) }
  const probe = (model: Model) => statusOf(model, upstream)
  const common = { intervalMs: settings.intervalMs, events, mayCall, meantBy, state, probe }
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
    return { ...read, settings: completed(read.settings, config) }
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

/** What LiteLLM's settings do not say. */
function completed(settings: RouterSettings, { upstreamTimeoutMs, compat }: ResolvedOptions): RouterSettings {
  const likeLiteLLM = changedAnswersOf(compat).cooldowns === 'litellm'
  return {
    ...settings,
    cooldown: { ...settings.cooldown, likeLiteLLM },
    timeouts: { ...settings.timeouts, defaultTimeoutMs: upstreamTimeoutMs },
  }
}

const PROBE_TIMEOUT_MS = 30_000

async function statusOf(model: Model, upstream: Upstream): Promise<number | undefined> {
  const request = probeOf(model, PROBE_TIMEOUT_MS)
  return request && (await sendProbe(model, request, upstream, PROBE_TIMEOUT_MS)).status
}
