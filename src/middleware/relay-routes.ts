import { PASS_THROUGH_PROVIDERS } from '../config/pass-through-providers.ts'
import type { PassThroughEndpoint } from '../upstream/pass-through.ts'

/** What a path is relayed as. */
export type RelayRoute =
  | { readonly kind: 'endpoint'; readonly endpoint: PassThroughEndpoint; readonly rest: string; readonly auth: boolean }
  | { readonly kind: 'provider'; readonly provider: string; readonly rest: string; readonly auth: true }
  | { readonly kind: 'resource'; readonly resource: string; readonly rest: string; readonly auth: true }

/** OpenAI's resources that live at the provider, with and without `/v1`. Responses are fetched here, not made. */
const RESOURCE =
  /^(?:\/v1)?(\/(files|batches|fine_tuning\/jobs|vector_stores|assistants|threads|containers|responses(?=\/))(?:\/.*)?)$/

/** LiteLLM's own route of Azure's form, not a provider's. */
const AZURE_FORM = /^\/openai\/deployments\//

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
  const [, provider = '', rest = ''] = /^\/([\w-]+)(\/.+)$/.exec(path) ?? []
  if (!Object.hasOwn(PASS_THROUGH_PROVIDERS, provider) || AZURE_FORM.test(path)) return undefined
  return { kind: 'provider', provider, rest, auth: true }
}

function resourceOf(method: string, path: string): RelayRoute | undefined {
  const [, rest, resource] = RESOURCE.exec(path) ?? []
  if (!rest || !resource || rest === '/responses/compact') return undefined
  return ['GET', 'POST', 'DELETE'].includes(method) ? { kind: 'resource', resource, rest, auth: true } : undefined
}
