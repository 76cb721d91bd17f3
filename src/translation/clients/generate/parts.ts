import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatPart } from '../../chat.ts'
import type { Losses } from '../../translation.ts'

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
