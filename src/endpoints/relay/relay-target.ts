import { withMeantModel } from '../../admission/models/model-access.ts'
import { unknownModel } from '../../call/request/call-errors.ts'
import { type PassThroughTarget, passThroughTarget } from '../../config/models/pass-through-target.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Environment } from '../../lib/environment.ts'
import { openai } from '../../models/providers/openai.ts'
import type { PassThroughProvider } from '../../models/providers/provider.ts'
import { findPassThrough } from '../../models/providers/providers.ts'
import type { Model } from '../../models/routing/model.ts'
import type { Call, Deployment, Router, VirtualKey } from '../../types.ts'
import { ownBaseUrl } from '../../upstream/address.ts'
import type { PassThroughEndpoint } from '../../upstream/relay/pass-through.ts'
import type { RelayTarget } from '../../upstream/relay/relay.ts'
import { relayQuery } from '../../upstream/relay/relay-path.ts'

/** OpenAI's resources that live at the provider, with and without `/v1`. Responses are fetched here, not made. */
const RESOURCE =
  /^(?:\/v1)?(\/(files|batches|fine_tuning\/jobs|vector_stores|assistants|threads|containers|responses(?=\/))(?:\/.*)?)$/

/** LiteLLM's own route of Azure's form, not a provider's. */
const AZURE_FORM = /^\/openai\/deployments\//

export interface TargetSources {
  readonly router: Router
  readonly env: Environment
  /** The models with `use_in_pass_through` lend their address and key to their provider's prefix. */
  models?(): readonly Model[]
  /** The deployment that an id of LiteLLM's names. */
  readonly at?: Deployment
}

export interface FoundTarget {
  readonly target: RelayTarget
  /** What the row says about the upstream. */
  readonly deployment: Deployment
}

/** Where a request goes. `url` is the client's; only its path below the prefix and its query are used. */
export function relayTargetOf(
  route: RelayRoute,
  url: string,
  call: Call,
  key: VirtualKey | undefined,
  sources: TargetSources,
): FoundTarget {
  if (route.kind === 'endpoint') return endpointTarget(route, url, call)
  if (route.kind === 'resource' && (sources.at || namesDeployment(call))) {
    const chosen = sources.at ?? chosenFor(call, key, sources.router)
    return found({ ...chosen, url: resourcesUrlOf(chosen) }, route.rest, versioned(relayQuery(url), chosen), chosen)
  }
  const provider = route.kind === 'provider' ? route.provider : openai
  const place = providerTarget(provider, sources)
  const { version = '', urlFor } = provider.passThrough
  const start = route.rest.startsWith(PUBLISHERS) ? (place.project ?? '') : version
  const path = route.rest.startsWith(`${start}/`) ? route.rest : start + route.rest
  const base = urlFor?.(place.url, route.rest) ?? place.url
  return found({ ...place, url: base }, path, relayQuery(url), pseudoDeployment(call, provider.name, base))
}

/** Vertex's paths may leave the project to us. */
const PUBLISHERS = '/publishers/'
/** Azure's dated API has files and the like beside its deployments, not in one of them. */
function resourcesUrlOf({ baseUrl }: Deployment): string {
  return baseUrl.replace(/\/deployments\/[^/]+$/, '')
}

function versioned(query: string, { apiVersion }: Deployment): string {
  if (apiVersion === undefined || new URLSearchParams(query).has('api-version')) return query
  return `${query === '' ? '?' : `${query}&`}api-version=${encodeURIComponent(apiVersion)}`
}

/**
 * By the model in the query or in a form. One in JSON is the provider's own affair: an assistant has it, and its runs do
 * not.
 */
function namesDeployment(call: Call): boolean {
  return (
    (call.json === undefined || call.form !== undefined) && (call.modelGroup !== '' || targetIn(call) !== undefined)
  )
}

/** Of the models that an upload is for, the first. */
function targetIn({ form, json }: Call): string | undefined {
  const targets = form && json?.target_model_names
  const [first] = [targets].flat().flatMap((names) => (typeof names === 'string' ? names.split(',') : []))
  return first?.trim() || undefined
}

function chosenFor(call: Call, key: VirtualKey | undefined, router: Router): Deployment {
  const asked = call.modelGroup === '' ? { ...call, modelGroup: targetIn(call) ?? '' } : withMeantModel(call, key)
  const chosen = router.choose(asked, key)
  if (chosen) return chosen
  throw unknownModel(asked, undefined)
}

function endpointTarget(route: RelayRoute & { kind: 'endpoint' }, url: string, call: Call): FoundTarget {
  const { origin, targetPath, headers } = route.endpoint
  const [path = '', own = ''] = targetPath.split('?')
  const query = [own, relayQuery(url).slice(1)].filter(Boolean).join('&')
  const rest = route.rest.startsWith('/') || route.rest === '' ? route.rest : `/${route.rest}`
  const whole = rest === '' ? path : path.replace(/\/$/, '') + rest
  return {
    target: { origin, path: query === '' ? whole : `${whole}?${query}`, headers },
    deployment: pseudoDeployment(call, '', origin + path),
  }
}

function providerTarget(provider: PassThroughProvider, { env, models }: TargetSources): PassThroughTarget {
  const lent = models?.().find(({ deployment, params }) => deployment.provider === provider.name && isLent(params))
  if (lent) {
    const { baseUrl, headers, credential } = lent.deployment
    const own = ownBaseUrl(provider.name, baseUrl)
    const [url = own, project] = own.split(/(\/v1\/projects\/.*)/)
    return {
      url: withoutVersion(url, provider.passThrough.version),
      headers: { ...provider.headers, ...headers },
      credential,
      project,
    }
  }
  const target = passThroughTarget(provider, env)
  if ('url' in target) return target
  throw new LiteLLMError('bad_request', {
    message:
      `Required '${target.missing}' in environment to make pass-through calls to ${provider.name}. ` +
      'Or set `use_in_pass_through: true` in the `litellm_params` of one of its models.',
  })
}

function isLent(params: Model['params']): boolean {
  return params.use_in_pass_through === true
}

function withoutVersion(url: string, version = '/v1'): string {
  return url.endsWith(version) ? url.slice(0, -version.length) : url
}

function found(
  { url, headers, credential }: PassThroughTarget,
  path: string,
  query: string,
  deployment: Deployment,
): FoundTarget {
  const { origin, pathname } = new URL(url)
  return { target: { origin, path: pathname.replace(/\/$/, '') + path + query, headers, credential }, deployment }
}

/** What a price is looked up by. LiteLLM's name for an unknown model is "unknown". */
function pseudoDeployment({ modelGroup }: Call, provider: string, baseUrl: string): Deployment {
  return { id: '', modelGroup, model: modelGroup || 'unknown', provider, baseUrl, headers: {} }
}

/** What a path is relayed as. */
export type RelayRoute =
  | { readonly kind: 'endpoint'; readonly endpoint: PassThroughEndpoint; readonly rest: string; readonly auth: boolean }
  | { readonly kind: 'provider'; readonly provider: PassThroughProvider; readonly rest: string; readonly auth: true }
  | { readonly kind: 'resource'; readonly resource: string; readonly rest: string; readonly auth: true }

/**
 * What this request is relayed as, if at all: the configuration's endpoints first, then a provider's prefix, then
 * OpenAI's resources. `path` is the one under the mount point, without its query.
 */
export function relayRouteOf(
  method: string,
  path: string,
  endpoints: readonly PassThroughEndpoint[],
): RelayRoute | undefined {
  return endpointOf(method, path, endpoints) ?? providerOf(path) ?? resourceOf(method, path)
}

function endpointOf(method: string, path: string, endpoints: readonly PassThroughEndpoint[]): RelayRoute | undefined {
  const endpoint = endpoints
    .filter(({ methods }) => !methods || methods.includes(method))
    .filter((one) => path === one.path || (one.subpaths && isBelow(path, one.path)))
    .sort((a, b) => b.path.length - a.path.length)[0]
  return endpoint && { kind: 'endpoint', endpoint, rest: path.slice(endpoint.path.length), auth: endpoint.auth }
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(parent.endsWith('/') ? parent : `${parent}/`)
}

function providerOf(path: string): RelayRoute | undefined {
  const [, prefix = '', rest = ''] = /^\/([\w-]+)(\/.+)$/.exec(path) ?? []
  const provider = findPassThrough(prefix)
  if (!provider || AZURE_FORM.test(path)) return undefined
  return { kind: 'provider', provider, rest, auth: true }
}

function resourceOf(method: string, path: string): RelayRoute | undefined {
  const [, rest, resource] = RESOURCE.exec(path) ?? []
  if (!rest || !resource || rest === '/responses/compact') return undefined
  return ['GET', 'POST', 'DELETE'].includes(method) ? { kind: 'resource', resource, rest, auth: true } : undefined
}
