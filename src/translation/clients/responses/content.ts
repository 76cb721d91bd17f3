import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { AudioPart, ChatPart } from '../../chat.ts'
import { entryOf } from '../../common/members.ts'
import type { Losses } from '../../translation.ts'

/** What each part of a message or of a tool's output becomes. */
const PARTS: Readonly<Record<string, (part: Json) => ChatPart>> = {
  input_text: textPart,
  output_text: textPart,
  text: textPart,
  summary_text: textPart,
  input_image: imagePart,
  input_file: filePart,
  input_audio: (part) => ({
    type: 'input_audio',
    input_audio: object(part.input_audio) as unknown as AudioPart['input_audio'],
  }),
}

/** A part that the pivot does not know is lost, by its type. */
export function partsOf(content: readonly Json[], losses: Losses): readonly ChatPart[] {
  return content.flatMap((part) => {
    const read = entryOf(PARTS, part.type)
    if (!read) losses.add(text(part.type) ?? 'content')
    return read ? [read(part)] : []
  })
}

/** Text stays a string, as short as it came. */
export function contentOf(content: unknown, losses: Losses): string | readonly ChatPart[] {
  return typeof content === 'string' ? content : partsOf(objects(content), losses)
}

function textPart(part: Json): ChatPart {
  return { type: 'text', text: String(part.text ?? '') }
}

function imagePart({ image_url: url, detail }: Json): ChatPart {
  if (typeof url !== 'string') throw keptElsewhere('image', 'image_url')
  return { type: 'image_url', image_url: { url, detail: text(detail) ?? 'auto' } }
}

function filePart({ file_data: data, file_url: url, file_id: id, filename }: Json): ChatPart {
  const found = text(data) ?? text(url)
  if (found === undefined && text(id) === undefined) throw keptElsewhere('file', 'file_data')
  const file = found === undefined ? { file_id: String(id) } : { file_data: found }
  return { type: 'file', file: { ...file, ...(text(filename) ? { filename: String(filename) } : {}) } }
}

function keptElsewhere(kind: string, member: string): LiteLLMError {
  const message = `An ${kind === 'image' ? 'image' : 'input file'} of \`input\` has no \`${member}\`: what is only kept at OpenAI cannot be read by this model.`
  return new LiteLLMError('bad_request', { param: 'input', message })
}
