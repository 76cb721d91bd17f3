import { COMPATIBLE_PROVIDERS } from '../../models/providers/compatible-providers.ts'
import type { Provider } from '../../models/providers/provider.ts'

/** By LiteLLM's provider prefix. Base URLs and variables are LiteLLM's. */
export const PROVIDERS: Readonly<Record<string, Provider>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    baseUrlFrom: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    keyFrom: ['OPENAI_API_KEY'],
    auth: 'authorization',
  },
  anthropic: {
    baseUrl: 'https://api.anthropic.com',
    baseUrlFrom: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    keyFrom: ['ANTHROPIC_API_KEY'],
    auth: 'x-api-key',
    headers: { 'anthropic-version': '2023-06-01' },
    suffix: '/v1',
  },
  azure: { baseUrlFrom: ['AZURE_API_BASE'], keyFrom: ['AZURE_API_KEY'], auth: 'api-key' },
  gemini: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    baseUrlFrom: ['GEMINI_API_BASE'],
    keyFrom: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    auth: 'authorization',
  },
  // Their addresses hold a region or a project: cloud-address.ts.
  bedrock: {
    baseUrlFrom: ['AWS_BEDROCK_RUNTIME_ENDPOINT'],
    keyFrom: ['AWS_BEARER_TOKEN_BEDROCK'],
    auth: 'authorization',
    domains: ['amazonaws.com'],
    cloud: 'aws',
  },
  vertex_ai: {
    baseUrlFrom: ['VERTEXAI_API_BASE', 'VERTEX_API_BASE'],
    // A token that somebody keeps fresh.
    keyFrom: ['VERTEXAI_ACCESS_TOKEN'],
    auth: 'authorization',
    domains: ['googleapis.com'],
    cloud: 'google',
  },
  ollama: {
    baseUrl: 'http://localhost:11434',
    baseUrlFrom: ['OLLAMA_API_BASE'],
    keyFrom: ['OLLAMA_API_KEY'],
    auth: 'authorization',
    suffix: '/v1',
  },
  ollama_chat: {
    baseUrl: 'http://localhost:11434',
    baseUrlFrom: ['OLLAMA_API_BASE'],
    keyFrom: ['OLLAMA_API_KEY'],
    auth: 'authorization',
    suffix: '/v1',
  },
  // Legacy text completions: the same API, other models.
  'text-completion-openai': {
    baseUrl: 'https://api.openai.com/v1',
    baseUrlFrom: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    keyFrom: ['OPENAI_API_KEY'],
    auth: 'authorization',
  },
  ...COMPATIBLE_PROVIDERS,
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

/** Model names without a prefix whose provider everybody knows. */
const WELL_KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|dall-e-|whisper-|tts-|omni-moderation|ft:gpt-)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^deepseek-(chat|reasoner)$/, 'deepseek'],
]

/**
 * Provider and the provider's own model name behind LiteLLM's `model`: `custom_llm_provider`, the prefix, a well-known
 * name, or the provider at whose own address `api_base` points. `undefined` when none of them tells.
 */
export function providerOf(
  model: string,
  { custom, apiBase }: { custom?: string | undefined; apiBase?: string | undefined },
): { readonly name: string; readonly model: string } | undefined {
  const [prefix, ...rest] = model.split('/')
  const prefixed = rest.length > 0 && Object.hasOwn(PROVIDERS, prefix!)
  if (custom) {
    if (!Object.hasOwn(PROVIDERS, custom)) return undefined
    return { name: custom, model: prefix === custom && rest.length > 0 ? rest.join('/') : model }
  }
  if (prefixed) return { name: prefix!, model: rest.join('/') }
  const known = WELL_KNOWN.find(([pattern]) => pattern.test(model))?.[1] ?? providerAt(apiBase)
  return known === undefined ? undefined : { name: known, model }
}

function providerAt(apiBase: string | undefined): string | undefined {
  if (!apiBase || !URL.canParse(apiBase)) return undefined
  const { host } = new URL(apiBase)
  return Object.entries(PROVIDERS).find(
    ([, { baseUrl = '' }]) => baseUrl.startsWith('https:') && URL.canParse(baseUrl) && new URL(baseUrl).host === host,
  )?.[0]
}
