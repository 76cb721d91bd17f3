import type { Json } from '../../../types.ts'
import type { ChatAnswer, ChatMessage, ChatPart, ThinkingBlock } from '../../chat.ts'
import { thinkingOf } from '../../thinking.ts'
import { argumentsOf } from '../../tool-arguments.ts'
import type { ClientApi, TranslationContext } from '../../translation.ts'
import { messagesError } from '../errors.ts'
import { messagesRequest } from './request.ts'
import { MessagesStream } from './stream.ts'
import { clientNames } from './tools.ts'
import { messageUsage, stopOf } from './usage.ts'

/** Anthropic's messages API, as Claude Code speaks it, on models of any provider. */
export const messagesApi: ClientApi = {
  shape: 'anthropic-messages',
  words: {
    stop: 'stop_sequences',
    reasoning_effort: 'thinking',
    user: 'metadata.user_id',
    response_format: 'output_format',
  },
  request: messagesRequest,
  answer: messagesAnswer,
  stream: (asked, context) => new MessagesStream(asked, context),
  error: messagesError,
}

/** An answer as a message of Anthropic's: thinking, text, calls of tools, in this order. */
function messagesAnswer(answer: ChatAnswer, asked: Json, context: TranslationContext): Json {
  const choice = answer.choices[0]
  const message: ChatMessage = choice?.message ?? { role: 'assistant' }
  const ending = {
    finish: choice?.finish_reason,
    stopper: choice?.stop_reason,
    called: (message.tool_calls?.length ?? 0) > 0,
    refused: Boolean(message.refusal),
  }
  return {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: context.modelGroup,
    content: blocksOf(message, clientNames(asked)),
    ...stopOf(ending, asked),
    stop_details: null,
    usage: messageUsage(answer.usage),
  }
}

function blocksOf(message: ChatMessage, nameOf: (name: string) => string): readonly Json[] {
  return [
    ...thinkingOf(message).map(thinkingBlock),
    ...[textOf(message.content), message.refusal ?? '']
      .filter((text) => text !== '')
      .map((text) => ({ type: 'text', text })),
    ...(message.tool_calls ?? []).map(({ id, function: called }) => ({
      type: 'tool_use',
      id,
      name: nameOf(called.name),
      input: argumentsOf(called.arguments),
    })),
  ]
}

function thinkingBlock(block: ThinkingBlock): Json {
  return block.type === 'thinking' ? { ...block, signature: block.signature ?? '' } : block
}

/** The text of an answer. Providers whose answers have parts are read into text before. */
function textOf(content: string | readonly ChatPart[] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}
