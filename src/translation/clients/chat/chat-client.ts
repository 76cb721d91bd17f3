import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatChunk, ChatError, ChatMessage, ChatRequest } from '../../chat.ts'
import type { ClientApi, ClientStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { CHAT_BODY } from '../bodies.ts'
import { checkBody } from '../body-rules.ts'
import { openaiError } from '../errors.ts'
import {
  asksForFunctions,
  withFunctionCallDeltas,
  withFunctionCalls,
  withToolCalls,
  withTools,
} from './function-messages.ts'

const ROLES: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function'])

/** OpenAI's chat completions: the pivot itself. Only what no provider could read is refused. */
export const chatClient: ClientApi = {
  shape: 'openai-chat',
  request: chatRequest,
  answer: chatAnswer,
  stream: chatStream,
  error: openaiError,
}

function chatRequest(body: Json): ChatRequest {
  checkBody(body, CHAT_BODY)
  const messages = (body.messages as readonly ChatMessage[]).map(said)
  for (const [index, { role }] of messages.entries()) {
    if (!ROLES.has(role)) {
      throw wrong(`messages[${index}].role`, `\`messages[${index}].role\` must be one of ${[...ROLES].join(', ')}.`)
    }
  }
  const others = Object.entries(body).filter(([, value]) => value !== null)
  const request = withTools({ ...Object.fromEntries(others), messages: withToolCalls(messages) })
  return typeof request.reasoning_effort === 'object' ? withPlainEffort(request) : request
}

/** The object of OpenAI's Responses, which LiteLLM takes in a chat too. */
function withPlainEffort({ reasoning_effort, ...rest }: ChatRequest): ChatRequest {
  const effort = text(object(reasoning_effort).effort)
  return effort === undefined ? rest : { ...rest, reasoning_effort: effort }
}

function chatAnswer(answer: ChatAnswer, asked: Json, { modelGroup }: TranslationContext): Json {
  return { ...(asksForFunctions(asked) ? withFunctionCalls(answer) : answer), model: modelGroup }
}

/** Without members that are `null`, which OpenAI takes for what is not said. */
function said(message: ChatMessage): ChatMessage {
  const isNull = ([name, value]: [string, unknown]) => value === null && name !== 'content'
  const entries = Object.entries(message)
  return entries.some(isNull) ? (Object.fromEntries(entries.filter((one) => !isNull(one))) as never) : message
}

function wrong(param: string, message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param, message })
}

function chatStream(asked: Json, { modelGroup: model }: TranslationContext): ClientStream {
  const showsUsage = (asked.stream_options as Json | undefined)?.include_usage === true
  const isOfFunctions = asksForFunctions(asked)
  let failed = false
  return {
    piece(piece: StreamPiece) {
      if ('error' in piece) {
        failed = true
        return frame(openaiError(piece.error as ChatError))
      }
      const shown = showsUsage ? piece : withoutUsage(piece as ChatChunk)
      return shown ? frame({ ...(isOfFunctions ? withFunctionCallDeltas(shown) : shown), model }) : ''
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
