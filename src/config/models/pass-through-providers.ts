import type { Environment } from '../../lib/environment.ts'
import type { Credential } from '../../types.ts'
import { filledUrl, firstOf } from './base-url.ts'
import { LOCATIONS, PROJECTS, REGIONS } from './cloud-address.ts'
import { awsCredentialOf, googleCredentialOf } from './cloud-credential.ts'

/** A provider whose own API is served below a prefix. */
export interface PassThroughProvider {
  /** Without the version. Absent: a variable must name it. */
  readonly baseUrl?: string
  readonly baseUrlFrom: readonly string[]
  readonly keyFrom: readonly string[]
  /** Signs calls, or gets them a token, when no key is given. `url` is where they go. */
  credential?(env: Environment, url: string): Credential
  readonly auth: 'authorization' | 'x-api-key' | 'api-key' | 'x-goog-api-key'
  readonly headers?: Readonly<Record<string, string>>
  /** Begins every path of the API; added where a client leaves it out. */
  readonly version?: string
  /** What a path begins with that names no project. `undefined` when the environment names none. */
  project?(env: Environment): string | undefined
}

const REGION = /\.([a-z0-9-]+)\.amazonaws\.com/

/** By the prefix of the path. Prefixes, addresses and variables are LiteLLM's. */
export const PASS_THROUGH_PROVIDERS: Readonly<Record<string, PassThroughProvider & { readonly name: string }>> = {
  openai: {
    name: 'openai',
    baseUrl: 'https://api.openai.com',
    baseUrlFrom: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    keyFrom: ['OPENAI_API_KEY'],
    auth: 'authorization',
    version: '/v1',
  },
  anthropic: {
    name: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    baseUrlFrom: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    keyFrom: ['ANTHROPIC_API_KEY'],
    auth: 'x-api-key',
    headers: { 'anthropic-version': '2023-06-01' },
  },
  gemini: {
    name: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    baseUrlFrom: ['GEMINI_API_BASE'],
    keyFrom: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    auth: 'x-goog-api-key',
  },
  'vertex-ai': vertex(),
  vertex_ai: vertex(),
  bedrock: {
    name: 'bedrock',
    baseUrl: `https://bedrock-runtime.{${REGIONS.join('|')}}.amazonaws.com`,
    baseUrlFrom: ['AWS_BEDROCK_RUNTIME_ENDPOINT'],
    keyFrom: ['AWS_BEARER_TOKEN_BEDROCK'],
    auth: 'authorization',
    credential: (env, url) => awsCredentialOf({}, REGION.exec(url)?.[1] ?? firstOf(env, REGIONS) ?? '', env),
  },
  azure: { name: 'azure', baseUrlFrom: ['AZURE_API_BASE'], keyFrom: ['AZURE_API_KEY'], auth: 'api-key' },
  cohere: {
    name: 'cohere',
    baseUrl: 'https://api.cohere.com',
    baseUrlFrom: ['COHERE_API_BASE'],
    keyFrom: ['COHERE_API_KEY', 'CO_API_KEY'],
    auth: 'authorization',
  },
  mistral: {
    name: 'mistral',
    baseUrl: 'https://api.mistral.ai',
    baseUrlFrom: ['MISTRAL_API_BASE'],
    keyFrom: ['MISTRAL_API_KEY'],
    auth: 'authorization',
    version: '/v1',
  },
}

/** SECURITY: Vertex's paths name a location too; the host is taken from the environment alone. */
function vertex() {
  return {
    name: 'vertex_ai',
    baseUrl: `https://{${LOCATIONS.join('|')}}-aiplatform.googleapis.com`,
    baseUrlFrom: ['VERTEXAI_API_BASE', 'VERTEX_API_BASE'],
    // A token that somebody keeps fresh.
    keyFrom: ['VERTEXAI_ACCESS_TOKEN'],
    auth: 'authorization',
    credential: (env) => googleCredentialOf({}, env),
    project(env) {
      const [project, location] = [firstOf(env, PROJECTS), firstOf(env, LOCATIONS)]
      return project && location && `/v1/projects/${project}/locations/${location}`
    },
  } as const satisfies PassThroughProvider & { name: string }
}

export interface PassThroughTarget {
  /** What a path begins with that names no project. */
  readonly project?: string
  /** Without a trailing slash and without the version. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly credential?: Credential
}

/** Where a provider's calls go and with which key, by the environment; or what is missing there. */
export function passThroughTarget(
  provider: PassThroughProvider & { readonly name: string },
  env: Environment,
): PassThroughTarget | { readonly missing: string } {
  const key = firstOf(env, provider.keyFrom)
  if (!key && !provider.credential) return { missing: provider.keyFrom[0]! }
  const base = firstOf(env, provider.baseUrlFrom) ?? filledUrl(provider.baseUrl, env)
  if (!base || !/^https?:\/\//i.test(base) || !URL.canParse(base)) return { missing: provider.baseUrlFrom[0]! }
  const url = base.replace(/\/+$/, '')
  return {
    url: provider.version && url.endsWith(provider.version) ? url.slice(0, -provider.version.length) : url,
    ...(provider.project && { project: provider.project(env) }),
    ...(key
      ? { headers: { ...provider.headers, [provider.auth]: provider.auth === 'authorization' ? `Bearer ${key}` : key } }
      : { headers: { ...provider.headers }, credential: provider.credential!(env, url) }),
  }
}
