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
