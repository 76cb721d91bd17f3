import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatPart } from '../../chat.ts'
import { entryOf } from '../../common/members.ts'
import type { Losses } from '../../translation.ts'

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
