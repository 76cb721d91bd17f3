import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import type { ChatChunk, ChatError, ChatRequest } from '../../chat.ts'
import type { ClientApi, ClientStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { openaiError } from '../errors.ts'
import { withToolCalls } from './function-messages.ts'

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function'])

/** OpenAI's chat completions: the pivot itself. Only what no provider could read is refused. */
export const chatClient: ClientApi = {
  shape: 'openai-chat',
  request: checked,
  answer: (answer, _asked, { modelGroup }) => ({ ...answer, model: modelGroup }),
  stream: chatStream,
  error: openaiError,
}

function checked(body: Json): ChatRequest {
  const { messages } = body
  if (!Array.isArray(messages)) throw wrong('messages', '`messages` must be a list.')
  for (const [index, message] of messages.entries()) {
    if (!ROLES.has(message?.role)) {
      throw wrong(`messages[${index}].role`, `\`messages[${index}].role\` must be one of ${[...ROLES].join(', ')}.`)
    }
  }
  return { ...body, messages: withToolCalls(messages) }
}

function wrong(param: string, message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param, message })
}

function chatStream(asked: Json, { modelGroup: model }: TranslationContext): ClientStream {
  const showsUsage = (asked.stream_options as Json | undefined)?.include_usage === true
  let failed = false
  return {
    piece(piece: StreamPiece) {
      if ('error' in piece) {
        failed = true
        return frame(openaiError(piece.error as ChatError))
      }
      const shown = showsUsage ? piece : withoutUsage(piece as ChatChunk)
      return shown ? frame({ ...shown, model }) : ''
    },
    // What follows an error is no end of an answer.
    end: () => (failed ? '' : 'data: [DONE]\n\n'),
  }
}

/** `undefined` where there was nothing else. */
function withoutUsage(chunk: ChatChunk): ChatChunk | undefined {
  if (chunk.usage === undefined) return chunk
  const { usage: _, ...rest } = chunk
  return chunk.choices.length > 0 ? rest : undefined
}

function frame(data: Json): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
