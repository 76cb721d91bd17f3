import { factsOf } from '../models/providers/providers.ts'
import type { Deployment, Json } from '../types.ts'
import { chatClient } from './clients/chat/chat-client.ts'
import { generateApi } from './clients/generate/generate.ts'
import { messagesApi } from './clients/messages/messages.ts'
import { responsesApi } from './clients/responses/responses.ts'
import { EMBEDDINGS_SHAPE, embeddingsTranslation } from './embeddings/embeddings-translation.ts'
import { anthropicMessagesApi, vertexAnthropicApi } from './providers/anthropic/anthropic.ts'
import { bedrockConverseApi } from './providers/bedrock-converse/bedrock-converse.ts'
import { cohereChatApi } from './providers/cohere-chat/cohere-chat.ts'
import { geminiGenerateApi } from './providers/gemini/gemini.ts'
import { needsOllamaChat, ollamaChatApi } from './providers/ollama-chat/ollama-chat.ts'
import { openaiChatApi } from './providers/openai-chat/openai-chat.ts'
import { isOpenaiReasoner } from './providers/openai-models.ts'
import { openaiResponsesApi } from './providers/openai-responses/openai-responses.ts'
import type { ClientApi, ModelFacts, ProviderApi } from './translation.ts'

/** The two sides of one translation. */
export interface Translation {
  readonly client: ClientApi
  readonly provider: ProviderApi
}

/** APIs that clients speak, by shape. */
const CLIENTS: ReadonlyMap<string, ClientApi> = byShape([chatClient, messagesApi, responsesApi, generateApi])

/** APIs in which models are asked, by shape. */
const PROVIDER_APIS: ReadonlyMap<string, ProviderApi> = byShape([
  anthropicMessagesApi,
  vertexAnthropicApi,
  geminiGenerateApi,
  openaiChatApi,
  openaiResponsesApi,
  bedrockConverseApi,
  cohereChatApi,
  ollamaChatApi,
])

type Target = Pick<Deployment, 'provider' | 'model' | 'translation'>

/**
 * How a call of this shape is translated for a deployment. `undefined`: not at all, because the provider speaks it
 * itself, so that bytes stay bytes, or because nobody can say it in the provider's API.
 */
export function translationFor(shape: string, target: Target, facts: ModelFacts, body: Json): Translation | undefined {
  if (shape === EMBEDDINGS_SHAPE) return embeddingsTranslation(target.provider)
  const client = CLIENTS.get(shape)
  const asked = client && askedShape(shape, target, facts, body)
  const provider = asked === shape ? undefined : PROVIDER_APIS.get(asked ?? '')
  return client && provider && { client, provider }
}

/** The shape in which a deployment is asked by a client of this one. */
function askedShape(shape: string, target: Target, facts: ModelFacts, body: Json): string {
  const { provider, model, translation = {} } = target
  const { preferShape, chatOnly = false } = translation
  if (preferShape !== undefined) return preferShape
  const { isGateway, shapes } = factsOf(provider)
  // Another LiteLLM proxy speaks every API.
  if (isGateway) return shape
  // Others that have a Responses API are asked in it by `prefer_shape`.
  const hasResponses = shapes.responses && !chatOnly
  if (hasResponses && shape === 'openai-responses') return shape
  if (hasResponses && (facts.responsesOnly || needsResponses(shape, target, facts))) return openaiResponsesApi.shape
  if (shapes.native.includes(ollamaChatApi.shape) && needsOllamaChat(body)) return ollamaChatApi.shape
  return shapes.chat(model)
}

/** Claude Code shows reasoning, and keeps it from one turn to the next: of OpenAI's models only Responses give it. */
function needsResponses(shape: string, { provider, model }: Target, facts: ModelFacts): boolean {
  const { reasonsInResponses } = factsOf(provider).shapes
  return shape === messagesApi.shape && reasonsInResponses && isOpenaiReasoner({ provider, model, facts })
}

function byShape<T extends { readonly shape: string }>(apis: readonly T[]): ReadonlyMap<string, T> {
  return new Map(apis.map((api) => [api.shape, api]))
}
