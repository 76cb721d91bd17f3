import type { Json } from '../../../types.ts'
import { objects } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, ChatToolCall, TextPart, ThinkingBlock } from '../../chat.ts'
import { thinkingText } from '../../thinking.ts'
import type { Losses } from '../../translation.ts'
import { contentOf, partsOf } from './content.ts'
import { shortName } from './tools.ts'

/** A message of the messages API as messages of the pivot: results of tools are messages of their own, first. */
export function messagesOf(message: Json, losses: Losses): readonly ChatMessage[] {
  if (message.role === 'assistant') return [assistantOf(message.content, losses)]
  if (message.role === 'system') return systemOf(message.content, losses)
  if (typeof message.content === 'string') return [{ role: 'user', content: message.content }]
  const blocks = objects(message.content)
  const results = blocks.filter((block) => block.type === 'tool_result').map((block) => resultOf(block, losses))
  const others = blocks.filter((block) => block.type !== 'tool_result')
  const content = partsOf(others, losses)
  return content.length > 0 || results.length === 0 ? [...results, { role: 'user', content }] : results
}

/** The system prompt, first. */
export function systemOf(system: unknown, losses: Losses): readonly ChatMessage[] {
  const content = contentOf(system, losses)
  return content.length > 0 ? [{ role: 'system', content }] : []
}

function resultOf(block: Json, losses: Losses): ChatMessage {
  return {
    role: 'tool',
    tool_call_id: String(block.tool_use_id),
    content: typeof block.content === 'string' ? block.content : partsOf(block.content, losses),
    ...(block.is_error === true ? { is_error: true } : {}),
    ...(block.cache_control ? { cache_control: block.cache_control } : {}),
  }
}

function assistantOf(content: unknown, losses: Losses): ChatMessage {
  if (typeof content === 'string') return { role: 'assistant', content }
  const texts: ChatPart[] = []
  const calls: ChatToolCall[] = []
  const thoughts: ThinkingBlock[] = []
  for (const block of objects(content)) {
    if (block.type === 'tool_use') calls.push(callOf(block))
    else if (block.type === 'thinking') thoughts.push(thoughtOf(block))
    else if (block.type === 'redacted_thinking')
      thoughts.push({ type: 'redacted_thinking', data: String(block.data ?? '') })
    else texts.push(...partsOf([block], losses))
  }
  const reasoning = thinkingText(thoughts)
  const signed = thoughts.filter((thought) => thought.type === 'redacted_thinking' || thought.signature)
  return {
    role: 'assistant',
    ...assistantText(texts, calls.length > 0),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(reasoning !== '' ? { reasoning_content: reasoning } : {}),
    ...(signed.length > 0 ? { thinking_blocks: signed } : {}),
  }
}

/** One text is a string, unless it is marked. */
function assistantText(parts: readonly ChatPart[], calls: boolean): Pick<ChatMessage, 'content'> {
  const [first, ...others] = parts
  if (!first) return calls ? {} : { content: '' }
  return others.length === 0 && first.type === 'text' && !first.cache_control
    ? { content: (first as TextPart).text }
    : { content: parts }
}

function thoughtOf(block: Json): ThinkingBlock {
  const thinking = String(block.thinking ?? '')
  return typeof block.signature === 'string' && block.signature !== ''
    ? { type: 'thinking', thinking, signature: block.signature }
    : { type: 'thinking', thinking }
}

function callOf(block: Json): ChatToolCall {
  return {
    id: String(block.id),
    type: 'function',
    function: { name: shortName(String(block.name)), arguments: JSON.stringify(block.input ?? {}) },
    ...(block.cache_control ? { cache_control: block.cache_control as ChatToolCall['cache_control'] } : {}),
  }
}
