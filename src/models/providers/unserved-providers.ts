import { VLLM_DIALECT } from './compatible-providers.ts'
import { OPENAI_DIALECT } from './openai.ts'
import { defineProvider, type Provider, type ProviderFacts } from './provider.ts'

/** What matters of them all the same: an app may have a router of its own. */
const FACTS: Readonly<Record<string, ProviderFacts>> = {
  azure_text: { dialect: OPENAI_DIALECT },
  recraft: { billing: { family: 'recraft' } },
  replicate: { billsAfterCancel: true },
  vllm: { dialect: VLLM_DIALECT },
  vertex_ai_beta: { billing: { family: 'vertex_ai', prefix: 'vertex_ai' } },
}

/** Prefixes that LiteLLM 1.106 knows and this gateway does not serve: their APIs are not OpenAI's. */
const NAMES = (
  'a2a a2a_agent anthropic_text auto_router aws_polly aws_textract azure_speech azure_text black_forest_labs brave ' +
  'bytez chatgpt cursor custom dataforseo deepgram dotprompt duckduckgo elevenlabs exa_ai fal_ai firecrawl gdc ' +
  'github_copilot google_pse humanloop langflow langfuse linkup litellm_agent milvus mongodb nlp_cloud nvidia_riva ' +
  'oci oobabooga parallel_ai petals pg_vector predibase pydantic_ai_agents ragflow recraft reducto replicate ' +
  'runwayml s3_vectors sagemaker sagemaker_chat sagemaker_nova sap searxng serper stability strands_decider tavily ' +
  'text-completion-codestral text-completion-inception topaz transcribe triton typesafe valkey vertex_ai_beta vllm ' +
  'watsonx watsonx_text'
).split(' ')

export const unservedProviders: readonly Provider[] = NAMES.map((name) => defineProvider(name, FACTS[name]))

export const UNSERVED_PROVIDERS: ReadonlySet<string> = new Set(NAMES)
