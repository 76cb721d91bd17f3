import { chatErrorOf } from '../../common/provider-error.ts'
import type { ProviderApi } from '../../translation.ts'
import { messagesAnswer } from './answer.ts'
import { messagesRequest } from './request.ts'
import { MessagesStream } from './stream.ts'

/** Anthropic's `/v1/messages`. */
export const anthropicMessagesApi: ProviderApi = {
  shape: 'anthropic-messages',
  request(chat, context) {
    const { body, betas } = messagesRequest(chat, { takesAddresses: true }, context)
    return {
      path: '/messages',
      body: { model: context.model, ...body },
      ...(betas.length > 0 ? { headers: { 'anthropic-beta': betas.join(',') } } : {}),
    }
  },
  answer: messagesAnswer,
  stream: (asked, context) => new MessagesStream(asked, context),
  error: chatErrorOf,
}

/** Claude on Vertex AI: the model is named by the path, and Google fetches no images. */
export const vertexAnthropicApi: ProviderApi = {
  shape: 'vertex-anthropic',
  request(chat, context) {
    const { body, betas } = messagesRequest(chat, { takesAddresses: false }, context)
    const method = chat.stream ? 'streamRawPredict' : 'rawPredict'
    return {
      path: `/publishers/anthropic/models/{model}:${method}`,
      body: {
        anthropic_version: 'vertex-2023-10-16',
        ...body,
        ...(betas.length > 0 ? { anthropic_beta: betas } : {}),
      },
    }
  },
  answer: messagesAnswer,
  stream: (asked, context) => new MessagesStream(asked, context),
  error: chatErrorOf,
}
