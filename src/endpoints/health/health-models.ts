import { roleOf } from '../../admission/credential/credential.ts'
import { answerJson } from '../../call/answer/answer.ts'
import { getKey } from '../../call/request/context.ts'
import { LiteLLMError } from '../../errors.ts'
import { type Middleware, thenNext } from '../../lib/http/middleware.ts'
import type { Model } from '../../models/routing/model.ts'
import { shownParams } from '../../models/routing/shown-params.ts'
import type { Json, VirtualKey } from '../../types.ts'
import type { HealthMonitor, HealthSettings } from '../../upstream/health/health-monitor.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'
import { type KnowingRouter, knownModels } from '../models-known.ts'

interface HealthGateway {
  readonly router: KnowingRouter
  /** Absent: nothing is probed, and every model counts as healthy. */
  readonly health?: { readonly monitor: HealthMonitor | undefined; readonly settings: HealthSettings }
}

/**
 * `GET /health`, with `?model=` and `?model_id=`: the deployments that the key may use, and how a small call to each ended.
 * As in LiteLLM it is made now, and billed; with `background_health_checks` the latest results are told. 503 when one model
 * was asked for and no deployment of it is healthy.
 */
export function healthEndpoint(options: GatewayOption<HealthGateway>): Middleware {
  const { router, health } = gatewayOf<HealthGateway>(options)
  const known = knownModels(router)

  return function litellmHealthMiddleware(req, res, next) {
    thenNext(answer, (error) => error && next(error))

    async function answer(): Promise<void> {
      const key = getKey(req)
      const { searchParams } = new URL(req.url ?? '/', 'http://gateway')
      const models = asked(known.modelsFor(key), searchParams)
      const problems = await problemsOf(models)
      const isSpecific = searchParams.has('model') || searchParams.has('model_id')
      const shown = shownHealth(key, models, problems)
      if (!isAdmin(key)) res.setHeader('litellm-health-field-notice', NOTICE)
      answerJson(res, isSpecific && shown.healthy_count === 0 ? 503 : 200, shown)
    }
  }

  /** By deployment: what is wrong with it; `undefined` when nothing is. */
  async function problemsOf(models: readonly Model[]): Promise<ReadonlyMap<string, string | undefined>> {
    const { monitor, settings } = health ?? {}
    const probed = settings?.enabled ? monitor?.results() : await monitor?.probeNow(models)
    return new Map(probed?.map(({ model, error }) => [model.deployment.id, error]))
  }

  function shownHealth(key: VirtualKey, models: readonly Model[], problems: ReadonlyMap<string, string | undefined>) {
    const entries = models.map((model) => {
      const error = problems.get(model.deployment.id)
      return { error, shown: shownModel(model, error, isAdmin(key), health?.settings.details ?? true) }
    })
    // A router of one's own tells no more than its names.
    const names = router.models ? [] : known.groupsFor(key).map((model) => ({ model }))
    const healthy = [...names, ...entries.filter(({ error }) => error === undefined).map(({ shown }) => shown)]
    const unhealthy = entries.filter(({ error }) => error !== undefined).map(({ shown }) => shown)
    return {
      healthy_endpoints: healthy,
      unhealthy_endpoints: unhealthy,
      healthy_count: healthy.length,
      unhealthy_count: unhealthy.length,
    }
  }
}

function asked(models: readonly Model[], query: URLSearchParams): readonly Model[] {
  const id = query.get('model_id')
  const name = query.get('model')
  const found = models
    .filter(({ deployment }) => id === null || deployment.id === id)
    .filter(({ deployment, params }) => name === null || deployment.modelGroup === name || params.model === name)
  if (id === null || found.length > 0) return found
  throw new LiteLLMError('not_found', { param: 'model_id', message: `Model with ID ${id} not found` })
}

/** LiteLLM's list of what may be shown; where a deployment is, only to administrators. */
const FIELDS = ['model', 'custom_llm_provider', 'mode', 'base_model', 'aws_region_name', 'region_name', 'tpm', 'rpm']
const NOTICE = 'api_base, api_version are admin-only on this endpoint'
const ADMIN_FIELDS = ['api_base', 'api_version', 'aws_bedrock_runtime_endpoint', 'vertex_project', 'vertex_location']

function shownModel({ params, info, deployment }: Model, error: string | undefined, admin: boolean, details: boolean) {
  const all: Json = { ...info, ...shownParams(params), custom_llm_provider: deployment.provider, error }
  const fields = details ? ['error', ...FIELDS, ...(admin ? ADMIN_FIELDS : [])] : ['model']
  const shown = fields.filter((name) => all[name] !== undefined).map((name) => [name, all[name]])
  return { ...Object.fromEntries(shown), ...(details && { model_id: deployment.id }) }
}

function isAdmin(key: VirtualKey): boolean {
  return roleOf(key) === 'proxy_admin'
}
