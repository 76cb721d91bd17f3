import { LiteLLMError } from '../../../errors.ts'
import type { ChatDialect } from '../../../models/providers/spoken-shapes.ts'
import type { ChatMessage, ChatPart, ChatToolCall } from '../../chat.ts'
import { argumentsText } from '../../tool-arguments.ts'
import { mediaBehindTools } from '../../tool-media.ts'

/** Messages as OpenAI's providers take them: no member that only LiteLLM or Anthropic has. */
export function chatMessages(messages: readonly ChatMessage[], dialect: ChatDialect): readonly ChatMessage[] {
  const { isOpenai, isStrict } = dialect
  const reasons = !isOpenai && !isStrict
  return mediaBehindTools(messages).map((message) => {
    const { role, content, name, tool_calls: calls, reasoning_content: reasoning } = message
    return {
      role: role === 'developer' && !isOpenai ? 'system' : role,
      ...(message.tool_call_id !== undefined ? { tool_call_id: message.tool_call_id } : {}),
      ...(content === undefined || content === null
        ? missingContent(message, dialect)
        : { content: contentFor(role, content, dialect) }),
      ...(name !== undefined ? { name } : {}),
      ...(message.refusal && isOpenai ? { refusal: message.refusal } : {}),
      ...(calls && calls.length > 0 ? { tool_calls: calls.map(callFor) } : {}),
      ...(reasoning && reasons ? { reasoning_content: reasoning } : {}),
    }
  })
}

/** Only a call may stand without content. What was refused is text for copies of OpenAI's API. */
function missingContent(message: ChatMessage, { isOpenai }: ChatDialect): Pick<ChatMessage, 'content'> {
  const { tool_calls: calls, refusal, content } = message
  if (calls && calls.length > 0) return content === null ? { content } : {}
  return { content: refusal && !isOpenai ? refusal : '' }
}

type Content = ChatMessage['content']

function contentFor(role: string, content: Content, dialect: ChatDialect): Content {
  if (typeof content === 'string' || content === null || content === undefined) return content
  // Many copies want a string here.
  if (role === 'assistant' && !dialect.takesCacheMarks)
    return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return content.map((part) => partFor(dialect.takesCacheMarks ? part : withoutMark(part), dialect))
}

function withoutMark({ cache_control: _, ...part }: ChatPart): ChatPart {
  return part as ChatPart
}

function partFor(part: ChatPart, { fetchesFiles }: ChatDialect): ChatPart {
  if (part.type === 'image_url') return { ...part, image_url: imageFor(part.image_url) }
  if (part.type !== 'file') return part
  const { format: _, ...file } = part.file
  if (file.file_data == null) return { ...part, file }
  if (!file.file_data.startsWith('data:') && !fetchesFiles) {
    const message = 'This model reads no files from addresses: send the document itself, as base64.'
    throw new LiteLLMError('bad_request', { param: 'messages', message })
  }
  // OpenAI wants a name beside the bytes.
  return { ...part, file: { filename: 'document.pdf', ...file } }
}

function imageFor(image: string | { readonly url: string; readonly detail?: string }) {
  if (typeof image === 'string') return { url: image }
  return { url: image.url, ...(image.detail !== undefined ? { detail: image.detail } : {}) }
}

function callFor({ id, type, function: called }: ChatToolCall): ChatToolCall {
  return { id, type, function: { name: called.name, arguments: argumentsText(called.arguments) } }
}
