import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { object, text } from '../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, FilePart, ImagePart, TextPart } from '../chat.ts'

/** Bytes as base64, with their media type. */
export interface InlineData {
  readonly mediaType: string
  readonly data: string
}

/** The parts of a message. A string is one part of text, and carries the cache mark of its message. */
export function partsOf(message: ChatMessage): readonly ChatPart[] {
  const content = message.content || message.refusal
  if (!content) return []
  if (typeof content !== 'string') return content.map(refusalAsText)
  return [{ type: 'text', text: content, ...cacheMark(message) }]
}

/** What a model refused to say is text for every other one. */
function refusalAsText(part: ChatPart): ChatPart {
  const { type, refusal } = part as unknown as Json
  return type === 'refusal' ? { type: 'text', text: String(refusal) } : part
}

/** The text of a message, its parts joined. */
export function textOf(message: ChatMessage): string {
  return partsOf(message)
    .flatMap((part) => (isText(part) ? [part.text] : []))
    .join('')
}

export function isText(part: ChatPart): part is TextPart {
  return part.type === 'text'
}

/** The mark that the cache may keep what stands before it, ready to be spread. */
export function cacheMark(marked: object): Pick<TextPart, 'cache_control'> {
  const mark = object((marked as Json).cache_control)
  return mark.type === 'ephemeral' ? { cache_control: mark as TextPart['cache_control'] & Json } : {}
}

export function imageAddress({ image_url }: ImagePart): string {
  return typeof image_url === 'string' ? image_url : (text(object(image_url).url) ?? '')
}

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/

/** The bytes within a data URL, or `undefined` where it is none. `format` is what the client says they are. */
export function inlineDataOf(address: string, format?: string): InlineData | undefined {
  const found = DATA_URL.exec(address)
  if (!found) return undefined
  const [head, mediaType, parameters] = found
  const rest = address.slice(head.length)
  const data = parameters?.endsWith(';base64') ? rest : Buffer.from(decodeURIComponent(rest)).toString('base64')
  return { mediaType: format ?? (mediaType || 'text/plain'), data }
}

/** The bytes of an image that came with the request. `undefined`: it is an address. */
export function inlineImage(part: ImagePart): InlineData | undefined {
  const { image_url } = part
  return inlineDataOf(imageAddress(part), typeof image_url === 'string' ? undefined : image_url.format)
}

const TYPES_OF_NAMES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
}

/** The bytes of a file that came with the request. Without a data URL, its name tells what it is; else it is a PDF. */
export function inlineFile({ file }: FilePart): InlineData | undefined {
  const { file_data, filename, format } = file
  if (!file_data) return undefined
  const ending = filename?.toLowerCase().split('.').at(-1) ?? ''
  return (
    inlineDataOf(file_data, format) ?? {
      mediaType: format ?? TYPES_OF_NAMES[ending] ?? 'application/pdf',
      data: file_data,
    }
  )
}

/** What a message holds and the provider's API has no word for. */
export function unsayable(what: string, advice: string): LiteLLMError {
  return new LiteLLMError('bad_request', {
    message: `The model's API takes no ${what}. ${advice}`,
    param: 'messages',
  })
}
