import { anthropic } from './anthropic.ts'
import { azure, azureAi } from './azure.ts'
import { bedrock, bedrockMantle } from './bedrock.ts'
import { cohere, cohereChat } from './cohere.ts'
import { compatibleProviders } from './compatible-providers.ts'
import { gemini } from './gemini.ts'
import { huggingface } from './huggingface.ts'
import { codestral, mistral } from './mistral.ts'
import { ollama, ollamaChat } from './ollama.ts'
import { openai, textCompletionOpenai } from './openai.ts'
import { defineProvider, type PassThroughProvider, type Provider } from './provider.ts'
import { vertexAi } from './vertex-ai.ts'

/** All records. Of two at the same address the first is meant. */
const RECORDS: readonly Provider[] = [
  ...[openai, anthropic, azure, azureAi, gemini, bedrock, bedrockMantle, vertexAi, cohere, cohereChat, huggingface],
  ...[ollama, ollamaChat, textCompletionOpenai, mistral, codestral],
  ...compatibleProviders,
]

/** By LiteLLM's name, the prefix of `model`. */
export const PROVIDERS: Readonly<Record<string, Provider>> = Object.fromEntries(
  RECORDS.map((provider) => [provider.name, provider]),
)

const UNKNOWN = defineProvider('')

/** The record of a provider; for one that has none, that of a provider like OpenAI. */
export function factsOf(provider: string): Provider {
  return Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider]! : UNKNOWN
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

/** Prefixes that LiteLLM 1.106 knows and this gateway does not serve: their APIs are not OpenAI's. */
export const UNSERVED_PROVIDERS: ReadonlySet<string> = new Set(
  (
    'a2a a2a_agent anthropic_text auto_router aws_polly aws_textract azure_speech azure_text black_forest_labs brave ' +
    'bytez chatgpt cursor custom dataforseo deepgram dotprompt duckduckgo elevenlabs exa_ai fal_ai firecrawl gdc ' +
    'github_copilot google_pse humanloop langflow langfuse linkup litellm_agent milvus mongodb nlp_cloud nvidia_riva ' +
    'oci oobabooga parallel_ai petals pg_vector predibase pydantic_ai_agents ragflow recraft reducto replicate ' +
    'runwayml s3_vectors sagemaker sagemaker_chat sagemaker_nova sap searxng serper stability strands_decider tavily ' +
    'text-completion-codestral text-completion-inception topaz transcribe triton typesafe valkey vertex_ai_beta vllm ' +
    'watsonx watsonx_text'
  ).split(' '),
)
