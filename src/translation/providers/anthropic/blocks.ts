import type { Json } from '../../../types.ts'
import type { ChatMessage, ChatPart, FilePart, ImagePart } from '../../chat.ts'
import { cacheMark, type InlineData, imageAddress, inlineFile, inlineImage, unsayable } from '../../common/content.ts'
import { signedBlocks } from '../../thinking.ts'

export interface BlockRules {
  /** Whether the API fetches images and documents itself. */
  readonly takesAddresses: boolean
}

/** A part of a message as Anthropic's content block. Blank text becomes none: the API refuses it. */
export function blockOf(part: ChatPart, rules: BlockRules): readonly Json[] {
  const block = bareBlock(part, rules)
  return block === undefined ? [] : [{ ...block, ...cacheMark(part) }]
}

function bareBlock(part: ChatPart, rules: BlockRules): Json | undefined {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? undefined : { type: 'text', text: part.text }
    case 'image_url':
      return imageBlock(part, rules)
    case 'file':
      return fileBlock(part, rules)
    case 'input_audio':
      throw unsayable('audio', 'Choose a model that hears, or send the text of it.')
    default:
      // Anthropic's own blocks (documents, search results) may stand among OpenAI's parts.
      return part
  }
}

function imageBlock(part: ImagePart, rules: BlockRules): Json {
  const inline = inlineImage(part)
  if (inline) return inlineBlock(inline)
  const url = imageAddress(part)
  if (!/^https?:/.test(url)) throw unsayable('images of this form', 'Send an https address or a data URL.')
  return { type: 'image', source: addressed(url, rules) }
}

function fileBlock(part: FilePart, rules: BlockRules): Json {
  const inline = inlineFile(part)
  if (inline) return inlineBlock(inline)
  const { file_id: id, format } = part.file
  if (id === undefined || id === '') {
    throw unsayable('files without content', 'Send file_data (a data URL) or a file_id.')
  }
  if (/^https?:/.test(id)) return { type: 'document', source: addressed(id, rules) }
  return { type: format?.startsWith('image/') ? 'image' : 'document', source: { type: 'file', file_id: id } }
}

function inlineBlock({ mediaType, data }: InlineData): Json {
  if (mediaType.startsWith('image/')) {
    // The type that many clients write for JPEG is no registered one.
    const media_type = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType
    return { type: 'image', source: { type: 'base64', media_type, data } }
  }
  if (mediaType === 'application/pdf') {
    return { type: 'document', source: { type: 'base64', media_type: mediaType, data } }
  }
  if (mediaType.startsWith('text/') || mediaType === 'application/json') {
    const plain = Buffer.from(data, 'base64').toString('utf8')
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: plain } }
  }
  throw unsayable(`files of the type ${mediaType}`, 'Send a PDF, an image or text.')
}

function addressed(url: string, { takesAddresses }: BlockRules): Json {
  if (takesAddresses) return { type: 'url', url }
  throw unsayable('addresses of images and files', 'Send the content as a data URL.')
}

/** Reasoning that Anthropic can check. It refuses that of other models. */
export function thinkingBlocksOf({ thinking_blocks }: ChatMessage): readonly Json[] {
  return signedBlocks(thinking_blocks ?? []).map((block) => ({ ...block }))
}
