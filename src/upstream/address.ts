import { factsOf } from '../models/providers/providers.ts'
import type { OwnSide } from '../models/providers/spoken-shapes.ts'
import type { Call, Deployment } from '../types.ts'

const PUBLISHER = '/publishers/google'

/** Where a call goes and under which name, with which headers, by which route. */
export interface Address {
  readonly deployment: Deployment
  readonly route: string
}

export function addressOf(
  deployment: Deployment,
  { shape, upstreamPath: route }: Pick<Call, 'shape' | 'upstreamPath'>,
): Address {
  const { provider, baseUrl, headers } = deployment
  const { ownSide: side, shapes } = factsOf(provider)
  if (!side) return { deployment, route }
  if (!shapes.native.includes(shape)) return { deployment: onCompatibleSide(deployment, side), route }
  return {
    deployment: {
      ...deployment,
      baseUrl: ownBaseUrl(provider, baseUrl),
      headers: side.auth === undefined ? headers : withKeyIn(side.auth, headers),
    },
    route: side.publisher === undefined ? route : published(route, side.publisher),
  }
}

function onCompatibleSide(deployment: Deployment, { compatible, ownAuth }: OwnSide): Deployment {
  const { headers, model } = deployment
  if (ownAuth !== undefined && headers[ownAuth] !== undefined) {
    const { [ownAuth]: key, ...rest } = headers
    return { ...deployment, headers: { authorization: `Bearer ${key}`, ...rest } }
  }
  return compatible ? { ...deployment, model: compatible(model) } : deployment
}

/** Where a provider's own API begins, by the address of its compatible side. */
export function ownBaseUrl(provider: string, baseUrl: string): string {
  const { without = '' } = factsOf(provider).ownSide ?? {}
  return without !== '' && baseUrl.endsWith(without) ? baseUrl.slice(0, -without.length) : baseUrl
}

function published(route: string, publisher: string): string {
  if (publisher === '') return route.startsWith(PUBLISHER) ? route.slice(PUBLISHER.length) : route
  return route.startsWith('/publishers/') ? route : publisher + route
}

function withKeyIn(name: string, { authorization, ...headers }: Deployment['headers']): Deployment['headers'] {
  return authorization === undefined ? headers : { [name]: authorization.replace(/^Bearer\s+/i, ''), ...headers }
}
