import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { AudioPart, ChatPart, FilePart, ImagePart } from '../../chat.ts'
import {
  type InlineData,
  imageAddress,
  inlineDataOf,
  inlineFile,
  inlineImage,
  unsayable,
} from '../../common/content.ts'
import { defined } from '../../common/members.ts'
import { isGemini3 } from './models.ts'

/** A part of a message as Gemini's. Empty text becomes none. */
export function partOf(part: ChatPart, model: string): readonly Json[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text }]
    case 'image_url':
      return [withResolution(imagePart(part), part, model)]
    case 'file':
      return [filePart(part)]
    case 'input_audio':
      return [audioPart(part)]
    default:
      throw unsayable(`parts of the type ${String(object(part).type)}`, 'Send text, an image, a file or audio.')
  }
}

export function inlinePart({ mediaType, data }: InlineData): Json {
  return { inlineData: { mimeType: mediaType === 'image/jpg' ? 'image/jpeg' : mediaType, data } }
}

function imagePart(part: ImagePart): Json {
  const inline = inlineImage(part)
  if (inline) return inlinePart(inline)
  const { image_url } = part
  return addressPart(imageAddress(part), typeof image_url === 'string' ? undefined : image_url.format, 'image/jpeg')
}

function filePart(part: FilePart): Json {
  const { file_data, file_id, format } = part.file
  const video = text(object(object(part.file).video_metadata).fps) ?? object(part.file).video_metadata
  const said = file_data && !/^[a-z]+:\/\//.test(file_data) ? inlineFile(part) : undefined
  const found = said ? inlinePart(said) : addressPart(file_data ?? file_id ?? '', format, undefined)
  return typeof video === 'object' && video !== null ? { ...found, videoMetadata: videoMetadata(object(video)) } : found
}

function audioPart({ input_audio }: AudioPart): Json {
  const { data, format } = input_audio
  return inlinePart(inlineDataOf(data) ?? { mediaType: format.startsWith('audio/') ? format : `audio/${format}`, data })
}

const UPLOADED = 'https://generativelanguage.googleapis.com/'

/** Google fetches what has an address, and wants to know what it is. It knows that of what was uploaded to it. */
function addressPart(fileUri: string, format: string | undefined, otherwise: string | undefined): Json {
  if (!/^(https?|gs):\/\//.test(fileUri)) {
    throw unsayable('files of this form', 'Send a data URL, a gs:// or an https address.')
  }
  const ending = /\.([a-z0-9]+)$/i.exec(fileUri.split(/[?#]/)[0] ?? '')?.[1]?.toLowerCase() ?? ''
  const mimeType = format ?? TYPES[ending] ?? (fileUri.startsWith(UPLOADED) ? undefined : otherwise)
  if (mimeType === undefined && !fileUri.startsWith(UPLOADED)) {
    throw unsayable('files of an unknown type', 'Name the media type in file.format.')
  }
  return { fileData: defined({ mimeType, fileUri }) }
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/md',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  mov: 'video/mov',
  mpeg: 'video/mpeg',
  webm: 'video/webm',
}

const LEVELS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  medium: 'MEDIA_RESOLUTION_MEDIUM',
  high: 'MEDIA_RESOLUTION_HIGH',
  ultra_high: 'MEDIA_RESOLUTION_ULTRA_HIGH',
}

/** OpenAI's `detail`, as Gemini says it of each image or of all. */
export function resolutionOf(part: ChatPart): string | undefined {
  if (part.type !== 'image_url' || typeof part.image_url === 'string') return undefined
  return LEVELS[part.image_url.detail ?? '']
}

function withResolution(found: Json, part: ImagePart, model: string): Json {
  const level = resolutionOf(part)
  return level !== undefined && isGemini3(model) ? { ...found, mediaResolution: { level } } : found
}

function videoMetadata({ fps, start_offset, end_offset }: Json): Json {
  return defined({ fps, startOffset: start_offset, endOffset: end_offset })
}
