import { readFileSync } from 'node:fs'
import type { Environment } from '../../lib/environment.ts'
import type { GoogleCredential } from '../../types.ts'
import { firstOf } from './base-url.ts'
import { googleCredentialOf } from './cloud-credential.ts'
import type { CloudParams } from './cloud-params.ts'

export interface CloudSource {
  readonly params: CloudParams
  readonly apiBase?: string | undefined
  /** As it stands in the entry, without the provider's prefix. */
  readonly model: string
}

/** Where a cloud serves a model, and what it calls the model there. */
export interface CloudAddress {
  readonly apiBase: string
  readonly model: string
}

type Found = CloudAddress | { readonly problem: string }

/** LiteLLM's, for AWS; Google's own example. */
const DEFAULT_REGION = 'us-west-2'
const DEFAULT_LOCATION = 'us-central1'

export const REGIONS = ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION']
export const PROJECTS = ['VERTEXAI_PROJECT', 'VERTEX_PROJECT', 'DEFAULT_VERTEXAI_PROJECT', 'GOOGLE_CLOUD_PROJECT']
export const LOCATIONS = ['VERTEXAI_LOCATION', 'VERTEX_LOCATION', 'DEFAULT_VERTEXAI_LOCATION']

/**
 * Providers whose address depends on more than a variable. What they have of OpenAI's API is there; see
 * upstream/address.ts for the APIs of their own.
 */
export const CLOUD_ADDRESSES: Readonly<Record<string, (source: CloudSource, env: Environment) => Found>> = {
  bedrock({ params, apiBase, model }, env) {
    const given = params.aws_bedrock_runtime_endpoint ?? apiBase ?? env.AWS_BEDROCK_RUNTIME_ENDPOINT
    const base = given || `https://bedrock-runtime.${awsRegionOf(params, model, env)}.amazonaws.com`
    return { apiBase: withEnd(base, '/openai/v1'), model: model.replace(ROUTE, '').replace(REGION_IN_MODEL, '') }
  },
  vertex_ai({ params, apiBase, model }, env) {
    const location = params.vertex_location ?? firstOf(env, LOCATIONS) ?? DEFAULT_LOCATION
    const given = apiBase ?? firstOf(env, ['VERTEXAI_API_BASE', 'VERTEX_API_BASE'])
    if (given?.includes('/projects/')) return { apiBase: withEnd(given, '/endpoints/openapi'), model }
    const project = params.vertex_project ?? firstOf(env, PROJECTS) ?? projectIn(googleCredentialOf(params, env))
    if (!project) return { problem: '`vertex_project` is missing (or set VERTEXAI_PROJECT)' }
    const host = given ?? `https://${location === 'global' ? '' : `${location}-`}aiplatform.googleapis.com`
    const path = `/v1/projects/${project}/locations/${location}/endpoints/openapi`
    return { apiBase: host.replace(/\/+$/, '').replace(/\/v1$/, '') + path, model }
  },
  bedrock_mantle({ params, apiBase, model }, env) {
    const region = params.aws_region_name ?? REGION_IN_MODEL.exec(model)?.[1] ?? firstOf(env, MANTLE_REGIONS)
    const base = apiBase ?? (env.BEDROCK_MANTLE_API_BASE || undefined)
    return {
      apiBase: base ?? `https://bedrock-mantle.${region ?? 'us-east-1'}.api.aws/v1`,
      model: model.replace(REGION_IN_MODEL, ''),
    }
  },
  /** Model inference of Azure AI Foundry has a path of its own; other hosts name theirs. */
  azure_ai({ apiBase, model }, env) {
    const base = (apiBase ?? env.AZURE_AI_API_BASE ?? '').replace(/\/+$/, '')
    if (base === '')
      return { problem: '`api_base` is missing: azure_ai has no address of its own (or set AZURE_AI_API_BASE)' }
    return { apiBase: FOUNDRY.test(base) ? `${base}/models` : base, model }
  },
  /** Hugging Face's router wants "org/model:provider" for what LiteLLM writes "provider/org/model". */
  huggingface({ apiBase, model }, env) {
    const base = apiBase ?? firstOf(env, ['HF_API_BASE', 'HUGGINGFACE_API_BASE'])
    if (base !== undefined) return { apiBase: withEnd(base, '/v1'), model }
    return { apiBase: 'https://router.huggingface.co/v1', model: model.replace(/^([^/]+)\/([^/]+\/[^/]+)$/, '$2:$1') }
  },
}

const MANTLE_REGIONS = ['BEDROCK_MANTLE_REGION', 'AWS_REGION_NAME', 'AWS_REGION']
const FOUNDRY = /^https:\/\/[^/]+\.services\.ai\.azure\.com$/i

const ROUTE = /^(?:converse_like|converse|invoke)\//
const REGION_IN_MODEL = /^([a-z]{2}(?:-[a-z]+)+-\d)\//
const REGION_IN_ARN = /^(?:[a-z_]+\/)?arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/

/** Named by the entry, by the model's ARN or prefix, or by the environment. */
export function awsRegionOf(params: CloudParams, model: string, env: Environment): string {
  const inModel = REGION_IN_ARN.exec(model)?.[1] ?? REGION_IN_MODEL.exec(model.replace(ROUTE, ''))?.[1]
  const region = params.aws_region_name ?? inModel ?? firstOf(env, REGIONS)
  return region && /^[a-z0-9-]+$/.test(region) ? region : DEFAULT_REGION
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

function withEnd(url: string, end: string): string {
  const clean = url.trim().replace(/\/+$/, '')
  return clean.endsWith(end) ? clean : clean + end
}
