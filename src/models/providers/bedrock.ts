import { type Environment, firstOf } from '../../lib/environment.ts'
import { awsCredentialOf, type CloudParams } from './cloud-credential.ts'
import { PROBE_TEXT, PROBE_TOKENS } from './probe.ts'
import { defineProvider, type ProviderAddress, withEnd } from './provider.ts'

/** LiteLLM's. */
const DEFAULT_REGION = 'us-west-2'
const REGIONS = ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION']

const ROUTE = /^(?:converse_like|converse|invoke)\//
const REGION_IN_MODEL = /^([a-z]{2}(?:-[a-z]+)+-\d)\//
const REGION_IN_ARN = /^(?:[a-z_]+\/)?arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/
const REGION_IN_HOST = /\.([a-z0-9-]+)\.amazonaws\.com/
/** What is served under a host of its own. */
const AGENTS =
  /^\/(agents|flows|generateQuery|knowledgebases|optimize-prompt|rerank|retrieveAndGenerate(Stream)?|sessions)(\/|$)/

const BILLING = { family: 'bedrock', prefix: 'bedrock' } as const

const signed: NonNullable<ProviderAddress['credential']> = ({ params, model }, env) =>
  awsCredentialOf(params, awsRegionOf(params, model, env), env)

/** Models of OpenAI alone are served by what Bedrock has of OpenAI's API. */
const isNativeOnly = (model: string) => !/(^|[./])openai\./.test(model)

export const bedrock = defineProvider('bedrock', {
  baseUrlFrom: ['AWS_BEDROCK_RUNTIME_ENDPOINT'],
  keyFrom: ['AWS_BEARER_TOKEN_BEDROCK'],
  domains: ['amazonaws.com'],
  credential: signed,
  place({ params, apiBase, model }, env) {
    const given = params.aws_bedrock_runtime_endpoint ?? apiBase ?? env.AWS_BEDROCK_RUNTIME_ENDPOINT
    const base = given || `https://bedrock-runtime.${awsRegionOf(params, model, env)}.amazonaws.com`
    return { apiBase: withEnd(base, '/openai/v1'), model: model.replace(ROUTE, '').replace(REGION_IN_MODEL, '') }
  },
  shapes: {
    native: ['bedrock-converse', 'bedrock-invoke'],
    openai: ['openai-chat'],
    isNativeOnly,
    chat: (model) => (isNativeOnly(model) ? 'bedrock-converse' : 'openai-chat'),
  },
  ownSide: { without: '/openai/v1' },
  passThrough: {
    prefixes: ['bedrock'],
    baseUrl: `https://bedrock-runtime.{${REGIONS.join('|')}}.amazonaws.com`,
    namesModels: true,
    collections: ['async-invoke'],
    signsBodies: true,
    credential: (env, url) => awsCredentialOf({}, REGION_IN_HOST.exec(url)?.[1] ?? firstOf(env, REGIONS) ?? '', env),
    urlFor: (url, path) => (AGENTS.test(path) ? url.replace('://bedrock-runtime.', '://bedrock-agent-runtime.') : url),
  },
  billing: BILLING,
  errors: { family: 'plain' },
  billsAfterCancel: true,
  probe: (model) => ({
    shape: 'bedrock-converse',
    upstreamPath: `/model/${encodeURIComponent(model)}/converse`,
    body: {
      messages: [{ role: 'user', content: [{ text: PROBE_TEXT }] }],
      inferenceConfig: { maxTokens: PROBE_TOKENS },
    },
  }),
})

const MANTLE_REGIONS = ['BEDROCK_MANTLE_REGION', 'AWS_REGION_NAME', 'AWS_REGION']

/** Bedrock's models behind OpenAI's API. */
export const bedrockMantle = defineProvider('bedrock_mantle', {
  baseUrlFrom: ['BEDROCK_MANTLE_API_BASE'],
  keyFrom: ['BEDROCK_MANTLE_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK'],
  domains: ['api.aws'],
  billing: BILLING,
  errors: { family: 'plain' },
  credential: signed,
  place({ params, apiBase, model }, env) {
    const region = params.aws_region_name ?? REGION_IN_MODEL.exec(model)?.[1] ?? firstOf(env, MANTLE_REGIONS)
    const base = apiBase ?? (env.BEDROCK_MANTLE_API_BASE || undefined)
    return {
      apiBase: base ?? `https://bedrock-mantle.${region ?? 'us-east-1'}.api.aws/v1`,
      model: model.replace(REGION_IN_MODEL, ''),
    }
  },
})

/** Named by the entry, by the model's ARN or prefix, or by the environment. */
function awsRegionOf(params: CloudParams, model: string, env: Environment): string {
  const inModel = REGION_IN_ARN.exec(model)?.[1] ?? REGION_IN_MODEL.exec(model.replace(ROUTE, ''))?.[1]
  const region = params.aws_region_name ?? inModel ?? firstOf(env, REGIONS)
  return region && /^[a-z0-9-]+$/.test(region) ? region : DEFAULT_REGION
}
