/** Providers whose own API a shape is. No other provider speaks it, except servers that may stand for any provider. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'anthropic-messages': ['anthropic'],
  'gemini-generate': ['gemini', 'vertex_ai'],
  'gemini-embed': ['gemini', 'vertex_ai'],
  'vertex-anthropic': ['vertex_ai'],
  'bedrock-converse': ['bedrock'],
  'bedrock-invoke': ['bedrock'],
  'cohere-chat': ['cohere', 'cohere_chat'],
  'cohere-embed': ['cohere', 'cohere_chat'],
  'ollama-chat': ['ollama', 'ollama_chat'],
  'ollama-generate': ['ollama', 'ollama_chat'],
  'ollama-embed': ['ollama', 'ollama_chat'],
}

/** Servers that speak what they are told to; whether this one does, only it knows. */
const ANYTHING: ReadonlySet<string> = new Set(['litellm_proxy', 'hosted_vllm', 'openai_like', 'custom_openai'])

/** Providers whose OpenAI-compatible side is smaller than OpenAI's: what there is of it. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['openai-chat'],
  bedrock: ['openai-chat'],
  vertex_ai: ['openai-chat'],
  cohere: [],
  cohere_chat: [],
  gemini: ['openai-chat', 'openai-embeddings', 'openai-images', 'openai-batches', 'openai-videos'],
}

/** Models for which that side is smaller still. */
const OTHER_MODELS: Readonly<Record<string, (model: string) => boolean>> = {
  bedrock: (model) => !/(^|[./])openai\./.test(model),
  vertex_ai: (model) => /^claude/.test(model),
}

/**
 * Whether a provider answers calls of this API shape. Requests are relayed, not translated; a translation would make
 * this say yes for what it translates. Shapes of the host's own are asked of anybody.
 */
export function speaks(provider: string, shape: string, model = ''): boolean {
  if (ANYTHING.has(provider)) return true
  const owners = OWNERS[shape]
  if (owners) return owners.includes(provider)
  if (shape.startsWith('openai-') && OTHER_MODELS[provider]?.(model)) return false
  return !shape.startsWith('openai-') || PARTS[provider] === undefined || PARTS[provider].includes(shape)
}
