import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatMessage, ChatRequest, ChatUsage } from '../../chat.ts'
import { openaiErrorOf } from '../../common/provider-error.ts'
import type { ProviderApi, TranslationContext } from '../../translation.ts'
import { callsFrom, finishFrom, plainMessage } from './message-from.ts'
import { openaiChatRequest } from './request.ts'
import { OpenaiChatStream } from './stream.ts'

/** OpenAI's chat completions, of OpenAI and of every provider that copied them. */
export const openaiChatApi: ProviderApi = {
  shape: 'openai-chat',
  request: openaiChatRequest,
  answer: openaiChatAnswer,
  stream: (_, context) => new OpenaiChatStream(context),
  error: openaiErrorOf,
}

function openaiChatAnswer(body: Json, _: ChatRequest, context: TranslationContext): ChatAnswer {
  const choices = objects(body.choices)
  return {
    ...body,
    id: text(body.id) ?? context.newId('chatcmpl-'),
    object: 'chat.completion',
    created: Number(body.created ?? context.createdAt),
    model: text(body.model) ?? context.model,
    choices: choices.map((choice, index) => ({
      ...choice,
      index: Number(choice.index ?? index),
      message: messageFrom(object(choice.message), context),
      finish_reason: finishFrom(choice.finish_reason),
    })),
    // Moonshot says it within the choice, Groq beside its own members.
    usage: (body.usage ?? object(body.x_groq).usage ?? choices[0]?.usage) as ChatUsage | undefined,
  }
}

function messageFrom(found: Json, { newId }: TranslationContext): ChatMessage {
  const message = plainMessage(found)
  const calls = callsFrom(message.tool_calls, newId)
  const { tool_calls: _, ...others } = message
  return { ...others, role: 'assistant', ...(calls.length > 0 ? { tool_calls: calls } : {}) }
}
