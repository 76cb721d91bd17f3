import { anthropic } from './anthropic.ts'
import { azure, azureAi } from './azure.ts'
import { bedrock, bedrockMantle } from './bedrock.ts'
import { cohere, cohereChat } from './cohere.ts'
import { compatibleProviders } from './compatible-providers.ts'
import { dashscope, qwenAiPlatform, qwencloud } from './dashscope.ts'
import { fireworksAi } from './fireworks-ai.ts'
import { gemini } from './gemini.ts'
import { groq } from './groq.ts'
import { huggingface } from './huggingface.ts'
import { litellmProxy } from './litellm-proxy.ts'
import { codestral, mistral } from './mistral.ts'
import { ollama, ollamaChat } from './ollama.ts'
import { openai, textCompletionOpenai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { perplexity } from './perplexity.ts'
import { type Billing, defineProvider, type PassThroughProvider, type Provider } from './provider.ts'
import { togetherAi } from './together-ai.ts'
import { unservedProviders } from './unserved-providers.ts'
import { vertexAi } from './vertex-ai.ts'
import { xai } from './xai.ts'

/** All records. Of two at the same address the first is meant. */
const RECORDS: readonly Provider[] = [
  ...[openai, anthropic, azure, azureAi, gemini, bedrock, bedrockMantle, vertexAi, cohere, cohereChat, mistral],
  ...[codestral, groq, xai, openrouter, perplexity, togetherAi, fireworksAi, huggingface, ollama, ollamaChat],
  ...[dashscope, qwenAiPlatform, qwencloud, litellmProxy, textCompletionOpenai],
  ...compatibleProviders,
]

/** By LiteLLM's name, the prefix of `model`. */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.fromEntries(
  RECORDS.map((provider) => [provider.name, provider]),
)

const ALL: ReadonlyMap<string, Provider> = new Map(
  [...RECORDS, ...unservedProviders].map((provider) => [provider.name, provider]),
)
const UNKNOWN = defineProvider('')

/** The record of a provider; for one that has none, that of a provider like OpenAI. */
export function factsOf(provider: string): Provider {
  return ALL.get(provider) ?? UNKNOWN
}

/** How a provider bills. Other than `factsOf` it knows the names that LiteLLM has for parts of one: "bedrock_converse". */
export function billingOf(provider: string): Billing {
  return (
    ALL.get(provider) ??
    RECORDS.find(({ billing: { prefix } }) => prefix && provider.startsWith(prefix)) ??
    UNKNOWN
  ).billing
}

const RELAYED: ReadonlyMap<string, PassThroughProvider> = new Map(
  RECORDS.filter(isRelayed).flatMap((provider) => provider.passThrough.prefixes.map((prefix) => [prefix, provider])),
)

/** The provider whose own API is relayed below this prefix of our paths. */
export function findPassThrough(prefix: string): PassThroughProvider | undefined {
  return RELAYED.get(prefix)
}

function isRelayed(provider: Provider): provider is PassThroughProvider {
  return provider.passThrough !== undefined
}

/** Shapes that are some provider's own API. */
const NATIVE: ReadonlySet<string> = new Set(Object.values(PROVIDERS).flatMap(({ shapes }) => shapes.native))

/**
 * Whether a provider answers calls of this API shape. Requests are relayed, not translated; a translation would make
 * this say yes for what it translates. Shapes of the host's own are asked of anybody.
 */
export function speaks(provider: string, shape: string, model = ''): boolean {
  const { shapes } = factsOf(provider)
  if (shapes.any) return true
  if (NATIVE.has(shape)) return shapes.native.includes(shape)
  if (!shape.startsWith('openai-')) return true
  return !shapes.isNativeOnly(model) && (shapes.openai === 'all' || shapes.openai.includes(shape))
}

/**
 * Provider and the provider's own model name behind LiteLLM's `model`: `custom_llm_provider`, the prefix, a well-known
 * name, or the provider at whose own address `api_base` points. `undefined` when none of them tells.
 */
export function providerOf(
  model: string,
  { custom, apiBase }: { custom?: string | undefined; apiBase?: string | undefined },
): { readonly name: string; readonly model: string } | undefined {
  const [prefix = '', ...rest] = model.split('/')
  const prefixed = rest.length > 0 && Object.hasOwn(PROVIDERS, prefix)
  if (custom) {
    if (!Object.hasOwn(PROVIDERS, custom)) return undefined
    return { name: custom, model: prefix === custom && rest.length > 0 ? rest.join('/') : model }
  }
  if (prefixed) return { name: prefix, model: rest.join('/') }
  const known = byName(model) ?? byAddress(apiBase)
  return known === undefined ? undefined : { name: known, model }
}

function byName(model: string): string | undefined {
  return Object.values(PROVIDERS).find(({ wellKnown }) => wellKnown?.test(model))?.name
}

function byAddress(apiBase: string | undefined): string | undefined {
  if (!apiBase || !URL.canParse(apiBase)) return undefined
  const { host } = new URL(apiBase)
  return Object.values(PROVIDERS).find(
    ({ baseUrl = '' }) => baseUrl.startsWith('https:') && URL.canParse(baseUrl) && new URL(baseUrl).host === host,
  )?.name
}
