import type { Deployment } from '../types.ts'

/** The side of a provider that speaks its own API, where that is not where its OpenAI-compatible side is. */
interface OwnSide {
  readonly shapes: readonly string[]
  /** What the base URL of the compatible side ends in, and that of this one does not. */
  readonly without: string
  /** The header that carries the provider key here. */
  readonly auth?: string
}

const OLLAMA: OwnSide = { shapes: ['ollama-chat', 'ollama-generate', 'ollama-embed'], without: '/v1' }

const OWN_SIDES: Readonly<Record<string, OwnSide>> = {
  gemini: { shapes: ['gemini-generate', 'gemini-embed'], without: '/openai', auth: 'x-goog-api-key' },
  ollama: OLLAMA,
  ollama_chat: OLLAMA,
}

/** Where a call of this shape goes, and with which headers. */
export function addressOf(deployment: Deployment, shape: string): Pick<Deployment, 'baseUrl' | 'headers'> {
  const { provider, baseUrl, headers } = deployment
  const side = OWN_SIDES[provider]
  if (!side?.shapes.includes(shape)) return deployment
  return {
    baseUrl: baseUrl.endsWith(side.without) ? baseUrl.slice(0, -side.without.length) : baseUrl,
    headers: side.auth === undefined ? headers : withKeyIn(side.auth, headers),
  }
}

function withKeyIn(name: string, { authorization, ...headers }: Deployment['headers']): Deployment['headers'] {
  return authorization === undefined ? headers : { [name]: authorization.replace(/^Bearer\s+/i, ''), ...headers }
}
