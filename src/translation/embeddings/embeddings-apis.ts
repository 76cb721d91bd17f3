import { bedrockEmbeddings } from './bedrock.ts'
import { cohereEmbeddings } from './cohere.ts'
import type { EmbeddingsApi } from './embeddings-api.ts'
import { embeddingsClient, embeddingsProvider } from './embeddings-translation.ts'
import { geminiEmbeddings, vertexEmbeddings } from './google.ts'
import { ollamaEmbeddings } from './ollama.ts'
import { jinaEmbeddings, voyageEmbeddings } from './openai-like.ts'

const EMBEDDINGS_APIS: Readonly<Record<string, EmbeddingsApi>> = {
  gemini: geminiEmbeddings,
  vertex_ai: vertexEmbeddings,
  cohere: cohereEmbeddings,
  cohere_chat: cohereEmbeddings,
  bedrock: bedrockEmbeddings,
  ollama: ollamaEmbeddings,
  ollama_chat: ollamaEmbeddings,
  voyage: voyageEmbeddings,
  jina_ai: jinaEmbeddings,
}

/** The API in which a provider is asked for embeddings. `undefined`: in OpenAI's, as it is. */
export function embeddingsApiOf(provider: string): EmbeddingsApi | undefined {
  return EMBEDDINGS_APIS[provider]
}

/** The two sides of a call for embeddings. `undefined`: bytes stay bytes. */
export function embeddingsTranslation(provider: string) {
  const api = embeddingsApiOf(provider)
  return api && { client: embeddingsClient, provider: embeddingsProvider(api) }
}
