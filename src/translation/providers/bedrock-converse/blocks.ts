import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatPart, FilePart, ImagePart } from '../../chat.ts'
import { type InlineData, imageAddress, inlineFile, inlineImage, unsayable } from '../../common/content.ts'
import { signedBlocks } from '../../thinking.ts'

export interface BlockRules {
  /** Whether the model knows points up to which the cache may keep its input. */
  readonly takesCachePoints: boolean
  readonly takesCacheTimes: boolean
  /** Makes a name that no other document of the request has. */
  documentName(filename: string | undefined): string
}

/** A part of a message as content blocks: itself, and the cache point behind it. Empty text becomes none. */
export function blocksOf(part: ChatPart, rules: BlockRules): readonly Json[] {
  const block = blockOf(part, rules)
  return block === undefined ? [] : [block, ...cachePoint(part, rules)]
}

function blockOf(part: ChatPart, rules: BlockRules): Json | undefined {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? undefined : { text: part.text }
    case 'image_url':
      return imageBlock(part, rules)
    case 'file':
      return fileBlock(part, rules)
    case 'input_audio':
      throw unsayable('audio', 'Choose a model that hears, or send the text of it.')
    default:
      throw unsayable(`parts of the type ${String(object(part).type)}`, 'Send text, an image or a file.')
  }
}

function imageBlock(part: ImagePart, rules: BlockRules): Json {
  const inline = inlineImage(part)
  return inline ? inlineBlock(inline, undefined, rules) : storedBlock(imageAddress(part), rules)
}

function fileBlock(part: FilePart, rules: BlockRules): Json {
  const inline = inlineFile(part)
  const { filename, file_id } = part.file
  return inline ? inlineBlock(inline, filename ?? undefined, rules) : storedBlock(file_id ?? '', rules)
}

/** Media types whose names differ from Bedrock's formats. */
const FORMATS: Readonly<Record<string, string>> = {
  jpg: 'jpeg',
  plain: 'txt',
  markdown: 'md',
  msword: 'doc',
  'vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'vnd.ms-excel': 'xls',
  'vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  quicktime: 'mov',
  'x-matroska': 'mkv',
  'x-flv': 'flv',
  'x-ms-wmv': 'wmv',
  '3gpp': 'three_gp',
}
const KINDS: Readonly<Record<string, readonly string[]>> = {
  image: ['png', 'jpeg', 'gif', 'webp'],
  document: ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'],
  video: ['mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'],
}

function inlineBlock({ mediaType, data }: InlineData, filename: string | undefined, rules: BlockRules): Json {
  return mediaBlock(mediaType.split('/')[1] ?? '', { bytes: data }, mediaType, filename, rules)
}

/** Bedrock fetches nothing but what lies in its own stores. */
function storedBlock(uri: string, rules: BlockRules): Json {
  if (!uri.startsWith('s3://')) {
    throw unsayable('addresses of images and files', 'Send the content as a data URL, or an s3:// address.')
  }
  const filename = uri.split('/').at(-1)
  return mediaBlock(filename?.split('.').at(-1) ?? '', { s3Location: { uri } }, uri, filename, rules)
}

function mediaBlock(ending: string, source: Json, said: string, filename: string | undefined, rules: BlockRules): Json {
  const format = FORMATS[ending.toLowerCase()] ?? ending.toLowerCase()
  const kind = Object.keys(KINDS).find((name) => KINDS[name]?.includes(format))
  if (kind === undefined)
    throw unsayable(`files of the type ${said}`, 'Send a PDF, an office document, an image or text.')
  const name = kind === 'document' ? { name: rules.documentName(filename) } : {}
  return { [kind]: { format, ...name, source } }
}

/** Names go to the model: Bedrock takes letters, digits, single spaces, hyphens, parentheses and brackets. */
export function createDocumentNames(): (filename: string | undefined) => string {
  let documents = 0
  return (filename = 'document') => {
    const cleaned = filename
      .replace(/[^a-zA-Z0-9()[\]-]+/g, ' ')
      .trim()
      .slice(0, 180)
    return `${cleaned || 'document'} ${++documents}`
  }
}

/** What stands before it may be cached. */
export function cachePoint(marked: object, { takesCachePoints, takesCacheTimes }: BlockRules): readonly Json[] {
  const mark = object((marked as Json).cache_control)
  if (mark.type !== 'ephemeral' || !takesCachePoints) return []
  return [{ cachePoint: { type: 'default', ...(takesCacheTimes && mark.ttl ? { ttl: mark.ttl } : {}) } }]
}

/** Reasoning that Claude can check. */
export function reasoningBlocks({ thinking_blocks }: ChatMessage): readonly Json[] {
  return signedBlocks(thinking_blocks ?? []).map((block) => ({
    reasoningContent:
      block.type === 'thinking'
        ? { reasoningText: { text: block.thinking, signature: block.signature } }
        : { redactedContent: block.data },
  }))
}
