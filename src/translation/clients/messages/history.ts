import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, ChatToolCall, TextPart, ThinkingBlock } from '../../chat.ts'
import { entryOf } from '../../common/members.ts'
import { thinkingText } from '../../thinking.ts'
import type { Losses } from '../../translation.ts'
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

type PartsOf = (block: Json, losses: Losses) => readonly ChatPart[]

/** What each block that a user, a system prompt or a tool may send becomes. */
const PARTS: Readonly<Record<string, PartsOf>> = {
  text: (block) => [marked({ type: 'text', text: String(block.text ?? '') }, block)],
  image: (block) => [marked(imagePart(object(block.source)), block)],
  document: documentParts,
  search_result: (block, losses) => [
    ...textPart([text(block.title), text(block.source)]),
    ...partsOf(block.content, losses).map((part) => marked(part, block)),
  ],
}

/** Content of the messages API as parts of the pivot. A block that the pivot does not know is lost, by its type. */
export function partsOf(content: unknown, losses: Losses): readonly ChatPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return objects(content).flatMap((block) => {
    const parts = entryOf(PARTS, block.type)
    if (!parts) losses.add(text(block.type) ?? 'content')
    return parts?.(block, losses) ?? []
  })
}

/** Text stays a string, as short as it came. */
export function contentOf(content: unknown, losses: Losses): string | readonly ChatPart[] {
  return typeof content === 'string' ? content : partsOf(content, losses)
}

/** The part with the block's cache mark. */
function marked<Part extends ChatPart>(part: Part, block: Json): Part {
  return block.cache_control ? { ...part, cache_control: block.cache_control } : part
}

function imagePart(source: Json): ChatPart {
  return { type: 'image_url', image_url: { url: addressOf(source, 'image') } }
}

/** Text documents are text. All others are files. */
function documentParts(block: Json, losses: Losses): readonly ChatPart[] {
  const source = object(block.source)
  const about = textPart([text(block.title), text(block.context)])
  if (object(block.citations).enabled === true) losses.add('citations')
  if (source.type === 'text') return [...about, marked({ type: 'text', text: String(source.data ?? '') }, block)]
  if (source.type === 'content')
    return [...about, ...partsOf(source.content, losses).map((part) => marked(part, block))]
  const file = {
    file_data: addressOf(source, 'document'),
    ...(text(block.title) ? { filename: text(block.title) } : {}),
    ...(source.type === 'url' ? { format: 'application/pdf' } : {}),
  }
  return [...textPart([text(block.context)]), marked({ type: 'file', file }, block)]
}

function textPart(texts: readonly (string | undefined)[]): readonly ChatPart[] {
  const said = texts.filter((line) => line !== undefined)
  return said.length > 0 ? [{ type: 'text', text: said.join('\n') }] : []
}

function addressOf(source: Json, kind: string): string {
  if (source.type === 'url' && text(source.url)) return String(source.url)
  if (source.type === 'base64' && typeof source.data === 'string')
    return `data:${text(source.media_type) ?? 'application/octet-stream'};base64,${source.data}`
  const message = `The source of type "${source.type}" of the ${kind} cannot be read by this model: send it as "base64" or "url".`
  throw new LiteLLMError('bad_request', { param: 'messages', message })
}
