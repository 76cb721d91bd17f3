/** What one provider needs us to know. Everything here speaks OpenAI's format below its base URL. */
export interface Provider {
  /** Used when the entry names no `api_base` and no variable does. Absent: an `api_base` must be given. */
  readonly baseUrl?: string
  /** Variables that may hold the base URL, first one wins. */
  readonly baseUrlFrom?: readonly string[]
  /** Variables that may hold the provider key, first one wins. */
  readonly keyFrom?: readonly string[]
  /** The domain that keys from the environment may go to, where `baseUrl` does not tell. */
  readonly domain?: string
  /** Signs calls, or gets them a token, when no provider key is given. */
  readonly cloud?: 'aws' | 'google'
  /** Header that carries the provider key. */
  readonly auth: 'authorization' | 'x-api-key' | 'api-key'
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the base URL when what the entry says does not end in it already. */
  readonly suffix?: string
}

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
    domain: 'amazonaws.com',
    cloud: 'aws',
  },
  vertex_ai: {
    baseUrlFrom: ['VERTEXAI_API_BASE', 'VERTEX_API_BASE'],
    // A token that somebody keeps fresh.
    keyFrom: ['VERTEXAI_ACCESS_TOKEN'],
    auth: 'authorization',
    domain: 'googleapis.com',
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
  deepseek: compatible('https://api.deepseek.com/beta', 'DEEPSEEK'),
  moonshot: compatible('https://api.moonshot.ai/v1', 'MOONSHOT'),
  mistral: compatible('https://api.mistral.ai/v1', 'MISTRAL'),
  groq: compatible('https://api.groq.com/openai/v1', 'GROQ'),
  xai: compatible('https://api.x.ai/v1', 'XAI'),
  together_ai: compatible('https://api.together.xyz/v1', 'TOGETHER_AI', 'TOGETHERAI_API_KEY', 'TOGETHER_API_KEY'),
  fireworks_ai: compatible('https://api.fireworks.ai/inference/v1', 'FIREWORKS', 'FIREWORKS_AI_API_KEY'),
  perplexity: compatible('https://api.perplexity.ai', 'PERPLEXITY', 'PERPLEXITYAI_API_KEY'),
  openrouter: compatible('https://openrouter.ai/api/v1', 'OPENROUTER', 'OR_API_KEY'),
  cerebras: compatible('https://api.cerebras.ai/v1', 'CEREBRAS'),
  nvidia_nim: compatible('https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM'),
  deepinfra: compatible('https://api.deepinfra.com/v1/openai', 'DEEPINFRA'),
  jina_ai: compatible('https://api.jina.ai/v1', 'JINA_AI'),
  voyage: compatible('https://api.voyageai.com/v1', 'VOYAGE'),
  // These speak an API of their own; see routing/spoken-shapes.ts.
  cohere: compatible('https://api.cohere.com/v2', 'COHERE', 'CO_API_KEY'),
  cohere_chat: compatible('https://api.cohere.com/v2', 'COHERE', 'CO_API_KEY'),
  hosted_vllm: compatible(undefined, 'HOSTED_VLLM'),
  litellm_proxy: compatible(undefined, 'LITELLM_PROXY'),
  lm_studio: compatible(undefined, 'LM_STUDIO'),
  llamafile: compatible('http://127.0.0.1:8080/v1', 'LLAMAFILE'),
  openai_like: compatible(undefined, 'OPENAI_LIKE'),
  custom_openai: { auth: 'authorization' },
}

function compatible(baseUrl: string | undefined, prefix: string, ...otherKeys: string[]): Provider {
  return {
    ...(baseUrl ? { baseUrl } : {}),
    baseUrlFrom: [`${prefix}_API_BASE`],
    keyFrom: [`${prefix}_API_KEY`, ...otherKeys],
    auth: 'authorization',
  }
}

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
    ([, { baseUrl }]) => baseUrl?.startsWith('https:') && new URL(baseUrl).host === host,
  )?.[0]
}
