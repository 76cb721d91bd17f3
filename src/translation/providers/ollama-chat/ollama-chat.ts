import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatRequest } from '../../chat.ts'
import { type InlineData, inlineImage, isText, partsOf, textOf, unsayable } from '../../common/content.ts'
import { answerSchemaOf } from '../../common/json-schema.ts'
import { defined, type Members, membersOf, stopsOf } from '../../common/members.ts'
import { chatErrorOf } from '../../common/provider-error.ts'
import { argumentsOf } from '../../tool-arguments.ts'
import type { ProviderApi, TranslationContext } from '../../translation.ts'
import { chatAnswerOf, OllamaStream } from './answer.ts'

/** Ollama's own /api/chat. It takes options of the model that its compatible side does not know. */
export const ollamaChatApi: ProviderApi = {
  shape: 'ollama-chat',
  request: (chat, context) => ({ path: '/api/chat', body: chatRequest(chat, context) }),
  answer: (body, _asked, context) => chatAnswerOf(body, context),
  stream: (_asked, context) => new OllamaStream(context),
  error: chatErrorOf,
}

/** Options of the model that OpenAI does not have. */
const OPTIONS = [
  ...['top_k', 'min_p', 'typical_p', 'tfs_z', 'mirostat', 'mirostat_eta', 'mirostat_tau', 'num_ctx', 'num_keep'],
  ...['num_batch', 'num_gpu', 'num_gqa', 'num_thread', 'main_gpu', 'use_mmap', 'repeat_last_n', 'repeat_penalty'],
  ...['penalize_newline', 'num_predict'],
]
/** Members of the request itself. */
const MEMBERS = ['keep_alive', 'think', 'format']

/** Whether a request has what Ollama's compatible side does not take. */
export function needsOllamaChat(chat: Json): boolean {
  return [...OPTIONS, ...MEMBERS].some((name) => chat[name] != null)
}

function chatRequest(chat: ChatRequest, context: TranslationContext): Json {
  const members = membersOf(chat)
  const body = defined({
    model: context.model,
    messages: chat.messages.map(messageOf),
    ...toolsOf(members, context),
    format: formatOf(chat, members),
    think: thinkOf(members, context),
    ...members.pass(...MEMBERS),
    options: optionsOf(members),
    // Unlike everywhere else, streaming is what one gets without asking.
    stream: chat.stream === true,
  })
  members.reportLosses(context.losses)
  return body
}

function messageOf(message: ChatMessage): Json {
  const { role, tool_calls, tool_call_id, reasoning_content } = message
  const images = partsOf(message).filter((part) => !isText(part))
  return defined({
    role: role === 'developer' ? 'system' : role,
    content: textOf(message),
    thinking: text(reasoning_content),
    images: images.length > 0 ? images.map((part) => imageOf(part).data) : undefined,
    tool_calls: tool_calls?.map(({ function: { name, arguments: json } }) => ({
      function: { name, arguments: argumentsOf(json) },
    })),
    tool_call_id,
  })
}

/** Bare base64. Ollama fetches nothing. */
function imageOf(part: Parameters<typeof isText>[0]): InlineData {
  const inline = part.type === 'image_url' ? inlineImage(part) : undefined
  if (inline) return inline
  throw unsayable('files, audio and addresses of images', 'Send text, or an image as a data URL.')
}

/** Ollama has no choice of tools; without tools none is called. */
function toolsOf(members: Members, { losses }: TranslationContext): Json {
  const tools = members.take('tools')
  const choice = members.take('tool_choice')
  if (choice === 'none') return {}
  if (choice !== undefined && choice !== 'auto') losses.add('tool_choice')
  return Array.isArray(tools) && tools.length > 0 ? { tools } : {}
}

function formatOf(chat: ChatRequest, members: Members): unknown {
  const { type } = object(members.take('response_format'))
  return answerSchemaOf(chat) ?? (type === 'json_object' ? 'json' : undefined)
}

/** gpt-oss is told how much to think, others whether. */
function thinkOf(members: Members, { model }: TranslationContext): unknown {
  const asked = members.take('reasoning_effort')
  const effort = typeof asked === 'object' ? object(asked).effort : asked
  if (typeof effort !== 'string') return undefined
  return /gpt-oss/.test(model) && effort !== 'none' ? effort : effort !== 'none' && effort !== 'disable'
}

function optionsOf(members: Members): Json {
  const limit = members.take('max_completion_tokens') ?? members.take('max_tokens')
  members.take('max_tokens')
  return defined({
    num_predict: limit,
    ...members.pass('temperature', 'top_p', 'seed', 'frequency_penalty', 'presence_penalty', ...OPTIONS),
    stop: stopsOf(members),
  })
}
