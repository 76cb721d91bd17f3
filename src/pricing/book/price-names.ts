import type { BillingFamily } from '../../models/providers/provider.ts'
import { billingOf } from '../../models/providers/providers.ts'

const TOGETHER: Buckets = [
  [4, 'together-ai-up-to-4b'],
  [8, 'together-ai-4.1b-8b'],
  [21, 'together-ai-8.1b-21b'],
  [41, 'together-ai-21.1b-41b'],
  [80, 'together-ai-41.1b-80b'],
  [110, 'together-ai-81.1b-110b'],
]

const FIREWORKS: Buckets = [
  [4, 'fireworks-ai-up-to-4b'],
  [16, 'fireworks-ai-4.1b-to-16b'],
  [Number.POSITIVE_INFINITY, 'fireworks-ai-above-16b'],
]

const FIREWORKS_EXPERTS: Buckets = [
  [56, 'fireworks-ai-moe-up-to-56b'],
  [176, 'fireworks-ai-56b-to-176b'],
]

/**
 * The names under which LiteLLM's map may hold the price of `model`, the most exact first: with provider and region,
 * with provider, bare, without its first segment, then all over again without what tells versions apart.
 */
export function priceNames(model: string, provider: string, region: string | undefined): readonly string[] {
  const bare = withoutPrefix(model, `${provider}/`)
  const stripped = (STRIP[billingOf(provider).family] ?? stripDated)(bare)
  return [
    ...new Set([
      ...(region ? [`${provider}/${region}/${bare}`] : []),
      ...(bare === model ? [] : [model]),
      `${provider}/${bare}`,
      bare,
      bare.slice(bare.indexOf('/') + 1),
      ...(region ? [`${provider}/${region}/${stripped}`] : []),
      `${provider}/${stripped}`,
      stripped,
      // A provider that resells under its own name twice: "perplexity/perplexity/kimi-k3".
      ...(bare === model ? [] : [`${provider}/${model}`]),
    ]),
  ]
}

/** How a model is named without what tells versions apart, where that is no date. */
const STRIP: Readonly<Partial<Record<BillingFamily, (name: string) => string>>> = {
  bedrock: stripBedrock,
  vertex_ai: stripVersion,
  gemini: stripVersion,
  databricks: stripVersion,
}

/** "@20250929" or "-002". LiteLLM also takes shorter numbers off, which would price "claude-x-4-9" as "claude-x-4". */
function stripVersion(name: string): string {
  return name.replace(/@[^@]+$|-\d{3,}$/, '')
}

/** Routers repeat the provider: "openai/openai/gpt-4o". */
function withoutPrefix(name: string, prefix: string): string {
  let bare = name
  while (bare.startsWith(prefix)) bare = bare.slice(prefix.length)
  return bare
}

const FINE_TUNED = /^(ft:[^:]+):.*$/
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/

/** "ft:gpt-4o:org:name:id" is priced as "ft:gpt-4o", a dated snapshot as its model. */
function stripDated(name: string): string {
  return FINE_TUNED.test(name) ? name.replace(FINE_TUNED, '$1') : name.replace(SNAPSHOT, '')
}

const BEDROCK_ROUTE = /^(?:bedrock|converse|invoke|chat_completions|openai|mantle|nova-2|nova)\//
const BEDROCK_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d\//
const BEDROCK_PROFILE = /^(?:global|us|eu|apac|jp|au|us-gov)\./

/** "converse/us.anthropic.claude-x-v1:0:18k" is priced as "anthropic.claude-x-v1:0". */
function stripBedrock(name: string): string {
  const model = /\barn:/i.test(name) ? name.slice(name.lastIndexOf('/') + 1) : name
  return model
    .replace(BEDROCK_ROUTE, '')
    .replace(BEDROCK_REGION, '')
    .replace(BEDROCK_PROFILE, '')
    .replace(/(:\d+):\d+k$/, '$1')
    .replace(/\[\w+\]$/, '')
}

/** Whether an entry of `entryProvider` prices a deployment of `provider`: the same name elsewhere is another price. */
export function sameProvider(provider: string, entryProvider: unknown): boolean {
  if (typeof entryProvider !== 'string' || entryProvider === provider) return true
  const { resells, prefix, alsoPricedAs } = billingOf(provider)
  return resells || (prefix !== undefined && entryProvider.startsWith(prefix)) || alsoPricedAs.includes(entryProvider)
}

/** Upper bounds in billions of parameters, and the entry that prices models up to it. */
type Buckets = readonly (readonly [number, string])[]

/** The entry for models of this size, at the providers that price unlisted models by size; read off the model's name. */
export function sizeBucket(model: string, provider: string): string | undefined {
  const name = model.toLowerCase()
  const billions = Number(/(\d+)b/.exec(name)?.[1] ?? Number.NaN)
  const { family } = billingOf(provider)
  if (family === 'together_ai') return pick(TOGETHER, billions)
  if (family !== 'fireworks_ai') return undefined
  const experts = /(\d+)x(\d+)b/.exec(name)
  const total = experts ? Number(experts[1]) * Number(experts[2]) : Number.NaN
  return pick(FIREWORKS_EXPERTS, total) ?? pick(FIREWORKS, billions) ?? 'fireworks-ai-default'
}

function pick(buckets: Buckets, billions: number): string | undefined {
  return buckets.find(([upTo]) => billions <= upTo)?.[1]
}
