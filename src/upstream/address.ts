import type { Call, Deployment } from '../types.ts'

/** The side of a provider that speaks its own API, where that is not where its OpenAI-compatible side is. */
interface OwnSide {
  readonly shapes: readonly string[]
  /** What the base URL of the compatible side ends in, and that of this one does not. */
  readonly without: string
  /** The header that carries the provider key here. */
  readonly auth?: string
  /** What routes begin with that name no publisher of the model. Empty: the provider has no publishers. */
  readonly publisher?: string
  /** What the compatible side calls a model. */
  readonly compatible?: (model: string) => string
  /** The header that carries the provider key on the own side alone: the compatible side wants it as a bearer. */
  readonly ownAuth?: string
}

const GEMINI = ['gemini-generate', 'gemini-embed']
const PUBLISHER = '/publishers/google'
const OLLAMA: OwnSide = { shapes: ['ollama-chat', 'ollama-generate', 'ollama-embed'], without: '/v1' }

const OWN_SIDES: Readonly<Record<string, OwnSide>> = {
  anthropic: { shapes: ['anthropic-messages'], without: '', ownAuth: 'x-api-key' },
  gemini: { shapes: GEMINI, without: '/openai', auth: 'x-goog-api-key', publisher: '' },
  vertex_ai: {
    shapes: [...GEMINI, 'vertex-anthropic'],
    without: '/endpoints/openapi',
    publisher: PUBLISHER,
    compatible: (model) => (/^gemini/.test(model) ? `google/${model}` : model),
  },
  bedrock: { shapes: ['bedrock-converse', 'bedrock-invoke'], without: '/openai/v1' },
  ollama: OLLAMA,
  ollama_chat: OLLAMA,
}

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
  const side = OWN_SIDES[provider]
  if (!side) return { deployment, route }
  if (!side.shapes.includes(shape)) return { deployment: onCompatibleSide(deployment, side), route }
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
  const { without = '' } = OWN_SIDES[provider] ?? {}
  return without !== '' && baseUrl.endsWith(without) ? baseUrl.slice(0, -without.length) : baseUrl
}

function published(route: string, publisher: string): string {
  if (publisher === '') return route.startsWith(PUBLISHER) ? route.slice(PUBLISHER.length) : route
  return route.startsWith('/publishers/') ? route : publisher + route
}

function withKeyIn(name: string, { authorization, ...headers }: Deployment['headers']): Deployment['headers'] {
  return authorization === undefined ? headers : { [name]: authorization.replace(/^Bearer\s+/i, ''), ...headers }
}
