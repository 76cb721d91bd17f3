import type { Json } from '../../types.ts'
import type { ChatAnswer, ChatRequest } from '../chat.ts'
import { chatClient } from '../clients/chat/chat-client.ts'
import type { ClientApi, ProviderApi } from '../translation.ts'
import { bedrockEmbeddings } from './bedrock.ts'
import { cohereEmbeddings } from './cohere.ts'
import type { EmbeddingsApi } from './embeddings-api.ts'
import { geminiEmbeddings, vertexEmbeddings } from './google.ts'
import { ollamaEmbeddings } from './ollama.ts'
import { jinaEmbeddings, voyageEmbeddings } from './openai-like.ts'

export const EMBEDDINGS_SHAPE = 'openai-embeddings'

/**
 * Embeddings go through the same hands as chats. OpenAI's own request and answer stand where the pivot does for chats:
 * there is one API that clients speak, and nothing to put in between.
 */
export const embeddingsClient: ClientApi = {
  shape: EMBEDDINGS_SHAPE,
  request: (body) => body as Json & ChatRequest,
  answer: (answer) => answer,
  stream: chatClient.stream,
  error: chatClient.error,
}

/** A provider's API of embeddings, for the side that asks providers. */
export function embeddingsProvider(api: EmbeddingsApi): ProviderApi {
  return {
    shape: api.shape,
    request: (asked, context) => api.request(asked, context),
    answer: (body, asked, context) => api.answer(body, asked, context) as unknown as ChatAnswer,
    stream() {
      throw new Error('Embeddings are not streamed.')
    },
    error: api.error,
    join: api.join,
  }
}

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
