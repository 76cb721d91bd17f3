/** Whose API a shape is, in LiteLLM's words. All others are OpenAI's, or speak like it. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'anthropic-messages': 'anthropic',
  'bedrock-converse': 'bedrock',
  'bedrock-invoke': 'bedrock',
  'cohere-chat': 'cohere_chat',
  'cohere-embed': 'cohere',
  'gemini-embed': 'gemini',
  'gemini-generate': 'gemini',
  ocr: 'mistral',
  'ollama-chat': 'ollama',
  'ollama-embed': 'ollama',
  'ollama-generate': 'ollama',
  rerank: 'cohere',
  'vertex-anthropic': 'vertex_ai',
}

/** The provider to look prices up for when all that is known of a call is the form of its answer. */
export function providerOfShape(shape: string, route = ''): string {
  // Vertex AI speaks Gemini's API under paths that name the publisher.
  return route.startsWith('/publishers/') ? 'vertex_ai' : (PROVIDERS[shape] ?? 'openai')
}
