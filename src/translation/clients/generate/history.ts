import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, ChatToolCall, ThinkingBlock } from '../../chat.ts'
import { thinkingText } from '../../thinking.ts'
import type { Losses } from '../../translation.ts'

/** Contents of Gemini's as messages. Calls and their results find each other by id, or by name in their order. */
export function historyOf(contents: unknown, losses: Losses): readonly ChatMessage[] {
  const calls = new OpenCalls()
  const list = typeof contents === 'string' ? [{ parts: [{ text: contents }] }] : listOf(contents)
  return list.flatMap((content) => {
    const parts = typeof content.parts === 'string' ? [{ text: content.parts }] : listOf(content.parts)
    return content.role === 'model' ? [assistantOf(parts, calls, losses)] : userOf(parts, calls, losses)
  })
}

/** The instruction of the system: content, or text alone. */
export function systemOf(instruction: unknown, losses: Losses): readonly ChatMessage[] {
  if (instruction === undefined || instruction === null) return []
  const parts = typeof instruction === 'string' ? [{ text: instruction }] : listOf(object(instruction).parts)
  const content = shortest(partsOf(parts, losses))
  return content.length > 0 ? [{ role: 'system', content }] : []
}

function userOf(parts: readonly Json[], calls: OpenCalls, losses: Losses): readonly ChatMessage[] {
  const results = parts.filter((part) => responseIn(part) !== undefined)
  const content = partsOf(
    parts.filter((part) => responseIn(part) === undefined),
    losses,
  )
  const messages = results.map((part) => resultOf(responseIn(part)!, calls, losses))
  if (content.length === 0 && messages.length > 0) return messages
  return [...messages, { role: 'user', content: shortest(content) }]
}

function responseIn(part: Json): Json | undefined {
  const found = part.functionResponse ?? part.function_response
  return found ? object(found) : undefined
}

/** The response is an object. It is told as JSON; images beside it stay images. */
function resultOf(response: Json, calls: OpenCalls, losses: Losses): ChatMessage {
  const id = calls.answer(response)
  const said = JSON.stringify(response.response ?? {})
  const media = partsOf(listOf(response.parts), losses)
  return {
    role: 'tool',
    tool_call_id: id,
    content: media.length > 0 ? [{ type: 'text', text: said }, ...media] : said,
  }
}

function assistantOf(parts: readonly Json[], open: OpenCalls, losses: Losses): ChatMessage {
  const calls: ChatToolCall[] = []
  const thoughts: ThinkingBlock[] = []
  const others: Json[] = []
  for (const part of parts) {
    const called = part.functionCall ?? part.function_call
    if (called) calls.push(open.call(object(called), part))
    else if (part.thought === true) thoughts.push(thoughtOf(part))
    else others.push(part)
  }
  const content = joined(partsOf(others, losses))
  const reasoning = thinkingText(thoughts)
  const signed = thoughts.filter((thought) => thought.type === 'thinking' && thought.signature)
  return {
    role: 'assistant',
    ...(content.length > 0 ? { content: shortest(content) } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(reasoning !== '' ? { reasoning_content: reasoning } : {}),
    ...(signed.length > 0 ? { thinking_blocks: signed } : {}),
  }
}

/** Clients keep a streamed text in the pieces in which it came, and other providers refuse a piece that is blank. */
function joined(parts: readonly ChatPart[]): readonly ChatPart[] {
  const whole: ChatPart[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (part.type === 'text' && last?.type === 'text')
      whole[whole.length - 1] = { ...last, text: last.text + part.text }
    else whole.push(part)
  }
  return whole
}

function thoughtOf(part: Json): ThinkingBlock {
  const signature = text(part.thoughtSignature)
  return { type: 'thinking', thinking: String(part.text ?? ''), ...(signature ? { signature } : {}) }
}

/** Calls that wait for their results. */
class OpenCalls {
  readonly #waiting: { readonly id: string; readonly name: string }[] = []
  #count = 0

  /** Gemini may leave ids out. The place in the conversation gives the same id each time. */
  call(called: Json, part: Json): ChatToolCall {
    const id = text(called.id) ?? `call_${this.#count}`
    this.#count++
    const name = String(called.name)
    this.#waiting.push({ id, name })
    const signature = text(part.thoughtSignature ?? part.thought_signature)
    return {
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(called.args ?? {}) },
      ...(signature ? { provider_specific_fields: { thought_signature: signature } } : {}),
    }
  }

  answer({ id, name }: Json): string {
    const byId = this.#waiting.findIndex((call) => call.id === id)
    const at = byId >= 0 ? byId : this.#waiting.findIndex((call) => call.name === name)
    if (at >= 0) return this.#waiting.splice(at, 1)[0]!.id
    const message = `\`contents\` has a functionResponse for "${text(name) ?? id}", but no functionCall before it.`
    throw new LiteLLMError('bad_request', { param: 'contents', message })
  }
}

/** A single text is a string. */
function shortest(parts: readonly ChatPart[]): string | readonly ChatPart[] {
  const [first, ...others] = parts
  return first?.type === 'text' && others.length === 0 ? first.text : parts
}

/** Gemini takes one where it wants a list. */
function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? objects(value) : value ? [object(value)] : []
}

/** Formats of audio that chat knows, by Gemini's type. */
const AUDIO: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
}

/** Parts of a content as parts of the pivot. A part that the pivot does not know is lost, by its name. */
export function partsOf(parts: readonly Json[], losses: Losses): readonly ChatPart[] {
  return parts.flatMap((part) => {
    if (typeof part.text === 'string') return [{ type: 'text', text: part.text }]
    const inline = object(part.inlineData ?? part.inline_data)
    if (inline.data !== undefined) return [inlinePart(mimeOf(inline), String(inline.data))]
    const file = object(part.fileData ?? part.file_data)
    const uri = text(file.fileUri ?? file.file_uri)
    if (uri !== undefined) return [filePart(mimeOf(file), uri)]
    losses.add(Object.keys(part).find((name) => !SIGNS.has(name)) ?? 'parts')
    return []
  })
}

/** They say something of the part beside them. */
const SIGNS = new Set(['thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution'])

function mimeOf(found: Json): string {
  return text(found.mimeType ?? found.mime_type) ?? 'application/octet-stream'
}

function inlinePart(mime: string, data: string): ChatPart {
  const url = `data:${mime};base64,${data}`
  if (mime.startsWith('image/')) return { type: 'image_url', image_url: { url } }
  const format = AUDIO[mime]
  if (format) return { type: 'input_audio', input_audio: { data, format } }
  return { type: 'file', file: { file_data: url } }
}

function filePart(mime: string, uri: string): ChatPart {
  if (mime.startsWith('image/')) return { type: 'image_url', image_url: { url: uri, format: mime } }
  return { type: 'file', file: { file_data: uri, format: mime } }
}
