import { LiteLLMError } from '../../../errors.ts'
import type { ChatMessage, ChatPart, ChatToolCall } from '../../chat.ts'
import { mediaBehindTools } from '../../tool-media.ts'
import { isOpenai } from '../openai-models.ts'

/** They pass marks of the cache on to providers that have one. */
const TAKE_CACHE_MARKS = new Set(['openrouter', 'litellm_proxy', 'databricks', 'vercel_ai_gateway'])

/** They refuse messages with members that they do not know. */
const STRICT = new Set(['mistral', 'codestral', 'groq', 'cerebras'])

/** They read files from addresses. OpenAI's own chat takes bytes only. */
const FETCH_FILES = new Set(['openrouter', 'litellm_proxy'])

/** Messages as OpenAI's providers take them: no member that only LiteLLM or Anthropic has. */
export function chatMessages(messages: readonly ChatMessage[], provider: string): readonly ChatMessage[] {
  const marks = TAKE_CACHE_MARKS.has(provider)
  const reasons = !isOpenai(provider) && !STRICT.has(provider)
  return mediaBehindTools(messages).map((message) => {
    const { role, content, name, tool_calls: calls, reasoning_content: reasoning } = message
    return {
      role: role === 'developer' && !isOpenai(provider) ? 'system' : role,
      ...(message.tool_call_id !== undefined ? { tool_call_id: message.tool_call_id } : {}),
      ...(content === undefined ? missingContent(message) : { content: contentFor(role, content, marks, provider) }),
      ...(name !== undefined ? { name } : {}),
      ...(message.refusal ? { refusal: message.refusal } : {}),
      ...(calls && calls.length > 0 ? { tool_calls: calls.map(callFor) } : {}),
      ...(reasoning && reasons ? { reasoning_content: reasoning } : {}),
    }
  })
}

/** Only a call may stand without content. */
function missingContent({ tool_calls: calls, refusal }: ChatMessage): Pick<ChatMessage, 'content'> {
  return (calls && calls.length > 0) || refusal ? {} : { content: '' }
}

type Content = ChatMessage['content']

function contentFor(role: string, content: Content, marks: boolean, provider: string): Content {
  if (typeof content === 'string' || content === null || content === undefined) return content
  // Many copies want a string here.
  if (role === 'assistant' && !marks) return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return content.map((part) => partFor(marks ? part : withoutMark(part), provider))
}

function withoutMark({ cache_control: _, ...part }: ChatPart): ChatPart {
  return part as ChatPart
}

function partFor(part: ChatPart, provider: string): ChatPart {
  if (part.type === 'image_url') return { ...part, image_url: imageFor(part.image_url) }
  if (part.type !== 'file') return part
  const { format: _, ...file } = part.file
  if (file.file_data == null) return { ...part, file }
  if (!file.file_data.startsWith('data:') && !FETCH_FILES.has(provider)) {
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
  return { id, type, function: { name: called.name, arguments: called.arguments } }
}
