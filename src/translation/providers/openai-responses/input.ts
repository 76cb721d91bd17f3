import type { Json } from '../../../types.ts'
import type { ChatMessage, ChatPart, ChatToolCall, ThinkingBlock } from '../../chat.ts'
import { unsayable } from '../../common/content.ts'
import { entryOf } from '../../common/members.ts'
import { openaiReasoningIn, signedBlocks, thinkingOf } from '../../thinking.ts'
import { argumentsText } from '../../tool-arguments.ts'
import { mediaBehindTools } from '../../tool-media.ts'

/** The conversation as items, in its own order: reasoning, text and calls of an answer are items each. */
export function inputOf(messages: readonly ChatMessage[]): readonly Json[] {
  return mediaBehindTools(messages, true).flatMap((message) => {
    if (message.role === 'assistant') return assistantItems(message)
    if (message.role === 'tool')
      return [{ type: 'function_call_output', call_id: message.tool_call_id, output: textOf(message.content) }]
    const role = message.role === 'user' ? 'user' : 'developer'
    return [{ type: 'message', role, content: partsOf(message.content).map(inputPart) }]
  })
}

function assistantItems(message: ChatMessage): readonly Json[] {
  const texts = partsOf(message.content).flatMap((part) =>
    part.type === 'text' && part.text !== '' ? [{ type: 'output_text', text: part.text }] : [],
  )
  const refusal = message.refusal ? [{ type: 'refusal', refusal: message.refusal }] : []
  const content = [...texts, ...refusal]
  return [
    ...reasoningItems(message),
    ...(content.length > 0 ? [{ type: 'message', role: 'assistant', content }] : []),
    ...(message.tool_calls ?? []).map(callItem),
  ]
}

/** What another provider has signed says nothing to OpenAI: its text is given as a summary. */
function reasoningItems(message: ChatMessage): readonly Json[] {
  const foreign = new Set(signedBlocks(message.thinking_blocks))
  const blocks = thinkingOf(message)
  return blocks.flatMap((block) => {
    const encrypted = foreign.has(block) ? undefined : openaiReasoningIn(block)
    const summary = summaryOf(block)
    if (encrypted !== undefined) return [{ type: 'reasoning', summary, encrypted_content: encrypted }]
    return summary.length > 0 ? [{ type: 'reasoning', summary }] : []
  })
}

function summaryOf(block: ThinkingBlock): readonly Json[] {
  return block.type === 'thinking' && block.thinking !== '' ? [{ type: 'summary_text', text: block.thinking }] : []
}

function callItem({ id, function: called }: ChatToolCall): Json {
  return { type: 'function_call', call_id: id, name: called.name, arguments: argumentsText(called.arguments) }
}

const INPUT_PARTS: { readonly [Type in ChatPart['type']]: (part: Extract<ChatPart, { type: Type }>) => Json } = {
  text: ({ text }) => ({ type: 'input_text', text }),
  image_url: ({ image_url: image }) =>
    typeof image === 'string'
      ? { type: 'input_image', image_url: image }
      : { type: 'input_image', image_url: image.url, ...(image.detail ? { detail: image.detail } : {}) },
  file: ({ file }) => ({ type: 'input_file', ...fileOf(file) }),
  input_audio: ({ input_audio }) => ({ type: 'input_audio', input_audio }),
}

function inputPart(part: ChatPart): Json {
  const write = entryOf(INPUT_PARTS, part.type)
  if (!write) throw unsayable(`parts of the type ${part.type}`, 'Send text, an image, a file or audio.')
  return write(part as never)
}

function fileOf({ file_data: data, file_id: id, filename }: Extract<ChatPart, { type: 'file' }>['file']): Json {
  if (id != null) return { file_id: id }
  return data?.startsWith('data:')
    ? { filename: filename ?? 'document.pdf', file_data: data }
    : { file_url: data, ...(filename ? { filename } : {}) }
}

function partsOf(content: ChatMessage['content']): readonly ChatPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
}

function textOf(content: ChatMessage['content']): string {
  return partsOf(content)
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n')
}
