import { roleOf } from '../admission/credential/credential.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import type { Model } from '../models/routing/model.ts'
import { shownParams } from '../models/routing/shown-params.ts'
import type { Json, VirtualKey } from '../types.ts'
import type { HealthMonitor, HealthSettings } from '../upstream/health/health-monitor.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { type KnowingRouter, knownModels } from './models-known.ts'

interface HealthGateway {
  readonly router: KnowingRouter
  /** Absent: nothing is probed, and every model counts as healthy until it has failed a call. */
  readonly health?: { readonly monitor: HealthMonitor | undefined; readonly settings: HealthSettings }
}

/**
 * `GET /health`, with `?model=` and `?model_id=`: the deployments that the key may use and, with `background_health_checks`,
 * how the latest probe of each ended. Asking probes nothing: probes are billed, and anybody with a key may ask.
 */
export function healthEndpoint(options: GatewayOption<HealthGateway>): Middleware {
  const { router, health } = gatewayOf<HealthGateway>(options)
  const known = knownModels(router)

  return function litellmHealthMiddleware(req, res, next) {
    try {
      const { searchParams } = new URL(req.url ?? '/', 'http://gateway')
      answerJson(res, 200, answer(getKey(req), searchParams))
    } catch (error) {
      next(error)
    }
  }

  function answer(key: VirtualKey, query: URLSearchParams) {
    const failed = new Map(health?.monitor?.results().map(({ model, error }) => [model.deployment.id, error]))
    const entries = asked(known.modelsFor(key), query).map((model) => {
      const error = failed.get(model.deployment.id)
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
