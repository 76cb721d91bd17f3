/** What the fake providers refuse with, see `providers.ts`. */
export const FAILURES = ['400', '401', '403', '404', '429', '500', '503', 'CONTEXT', 'POLICY', 'STREAM'] as const

/** The model groups that are made in the database, so that both serve them. `origin`: of the providers. */
export const modelsAt = (origin: string) => ({
  chat: { model: 'openai/gpt-4o-mini', api_base: `${origin}/v1` },
  embed: { model: 'openai/text-embedding-3-small', api_base: `${origin}/v1` },
  claude: { model: 'anthropic/claude-sonnet-4-5', api_base: origin },
  vllm: {
    model: 'hosted_vllm/qwen',
    api_base: `${origin}/v1`,
    input_cost_per_token: 1e-6,
    output_cost_per_token: 2e-6,
  },
  azure: { model: 'azure/gpt-4o-mini', api_base: origin, api_version: '2024-10-21' },
  gemini: { model: 'gemini/gemini-2.5-flash', api_base: `${origin}/gemini` },
  groq: { model: 'groq/llama-3.1-8b-instant', api_base: `${origin}/v1` },
  deepseek: { model: 'deepseek/deepseek-chat', api_base: `${origin}/v1` },
  image: { model: 'openai/gpt-image-1', api_base: `${origin}/v1` },
  speech: { model: 'openai/tts-1', api_base: `${origin}/v1` },
  whisper: { model: 'openai/whisper-1', api_base: `${origin}/v1` },
  instruct: { model: 'openai/gpt-3.5-turbo-instruct', api_base: `${origin}/v1` },
  moderation: { model: 'openai/omni-moderation-latest', api_base: `${origin}/v1` },
  // Each error of a provider has a group of its own: LiteLLM lets some of them rest.
  ...Object.fromEntries(
    FAILURES.map((error) => [`fail${error}`, { model: 'openai/gpt-4o-mini', api_base: `${origin}/v1` }]),
  ),
  rerank: { model: 'cohere/rerank-v3.5', api_base: `${origin}/v2/rerank` },
})
