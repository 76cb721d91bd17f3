import { readFileSync } from 'node:fs'
import { firstOf } from '../../lib/environment.ts'
import type { GoogleCredential } from '../../types.ts'
import { googleCredentialOf } from './cloud-credential.ts'
import { chatProbe, PROBE_MESSAGES, PROBE_TOKENS, type Probe } from './probe.ts'
import { defineProvider, withEnd } from './provider.ts'

/** Google's own example. */
const DEFAULT_LOCATION = 'us-central1'
const PROJECTS = ['VERTEXAI_PROJECT', 'VERTEX_PROJECT', 'DEFAULT_VERTEXAI_PROJECT', 'GOOGLE_CLOUD_PROJECT']
const LOCATIONS = ['VERTEXAI_LOCATION', 'VERTEX_LOCATION', 'DEFAULT_VERTEXAI_LOCATION']
const BASE_URL_FROM = ['VERTEXAI_API_BASE', 'VERTEX_API_BASE']
const COMPATIBLE = '/endpoints/openapi'

const isClaude = (model: string) => model.startsWith('claude')
const isGemini = (model: string) => model.startsWith('gemini')

export const vertexAi = defineProvider('vertex_ai', {
  baseUrlFrom: BASE_URL_FROM,
  // A token that somebody keeps fresh.
  keyFrom: ['VERTEXAI_ACCESS_TOKEN'],
  domains: ['googleapis.com'],
  /** SECURITY: the token opens everything its account may do: one of the environment goes only where its keys go. */
  credential: ({ params, isAtHome }, env) =>
    isAtHome || params.vertex_credentials !== undefined ? googleCredentialOf(params, env) : undefined,
  place({ params, apiBase, model }, env) {
    const location = params.vertex_location ?? firstOf(env, LOCATIONS) ?? DEFAULT_LOCATION
    const given = apiBase ?? firstOf(env, BASE_URL_FROM)
    if (given?.includes('/projects/')) return { apiBase: withEnd(given, COMPATIBLE), model }
    const project = params.vertex_project ?? firstOf(env, PROJECTS) ?? projectIn(googleCredentialOf(params, env))
    if (!project) return { problem: '`vertex_project` is missing (or set VERTEXAI_PROJECT)' }
    const host = given ?? `https://${location === 'global' ? '' : `${location}-`}aiplatform.googleapis.com`
    const path = `/v1/projects/${project}/locations/${location}${COMPATIBLE}`
    return { apiBase: host.replace(/\/+$/, '').replace(/\/v1$/, '') + path, model }
  },
  shapes: {
    native: ['gemini-generate', 'gemini-embed', 'vertex-embed', 'vertex-anthropic'],
    openai: ['openai-chat'],
    isNativeOnly: isClaude,
    chat: (model) => (isClaude(model) ? 'vertex-anthropic' : isGemini(model) ? 'gemini-generate' : 'openai-chat'),
  },
  ownSide: {
    without: COMPATIBLE,
    publisher: '/publishers/google',
    compatible: (model) => (isGemini(model) ? `google/${model}` : model),
  },
  passThrough: {
    prefixes: ['vertex_ai', 'vertex-ai'],
    /** SECURITY: paths name a location too; the host is taken from the environment alone. */
    baseUrl: `https://{${LOCATIONS.join('|')}}-aiplatform.googleapis.com`,
    namesModels: true,
    collections: ['batchPredictionJobs', 'cachedContents', 'tuningJobs', 'ragCorpora'],
    namesCollections: true,
    credential: (env) => googleCredentialOf({}, env),
    project(env) {
      const [project, location] = [firstOf(env, PROJECTS), firstOf(env, LOCATIONS)]
      return project && location && `/v1/projects/${project}/locations/${location}`
    },
  },
  billing: { family: 'vertex_ai', prefix: 'vertex_ai' },
  errors: { family: 'gemini' },
  billsAfterCancel: true,
  refusedParams: ['logit_bias', 'user'],
  probe: (model) => (isClaude(model) ? claudeProbe(model) : chatProbe(model)),
})

function claudeProbe(model: string): Probe {
  return {
    shape: 'vertex-anthropic',
    upstreamPath: `/publishers/anthropic/models/${model}:rawPredict`,
    body: { anthropic_version: 'vertex-2023-10-16', max_tokens: PROBE_TOKENS, messages: PROBE_MESSAGES },
  }
}

/** The project of a service account, which is also where its calls are billed. */
function projectIn({ file, json }: GoogleCredential): string | undefined {
  try {
    const { project_id, quota_project_id } = JSON.parse(json ?? readFileSync(file ?? '', 'utf8'))
    return project_id ?? quota_project_id
  } catch {
    return undefined
  }
}
