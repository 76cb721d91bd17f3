import type { Json } from '../../types.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { geminiGenerate } from './gemini-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { objects, providerOfReader, type UsageReader } from './reader.ts'
import { openaiEmbeddings } from './small-apis.ts'

const OPENAI_OBJECTS: Readonly<Record<string, UsageReader>> = {
  'chat.completion': openaiChat,
  'chat.completion.chunk': openaiChat,
  'chat.completion.done': openaiChat,
  response: openaiResponses,
}

/** The reader of an answer whose path tells nothing, by a document of it. */
export function readerOfDocument(document: Json): UsageReader | undefined {
  const { object: kind, type } = document
  if (typeof kind === 'string' && Object.hasOwn(OPENAI_OBJECTS, kind)) return OPENAI_OBJECTS[kind]
  if (kind === 'list' && objects(document.data).some((item) => item.object === 'embedding')) return openaiEmbeddings
  if (typeof type === 'string' && type.startsWith('response.')) return openaiResponses
  if (type === 'message' || type === 'message_start' || type === 'message_delta') return anthropicMessages
  return Array.isArray(document.candidates) || document.usageMetadata != null ? geminiGenerate : undefined
}

/** Reads the answers of routes that are not an LLM API's, but may answer with what one has said. */
export const unknownShape: UsageReader = {
  shape: 'pass-through',
  callType: 'pass_through_endpoint',
  match: () => undefined,
  hints: ['usage', 'usageMetadata'],
  textKeys: ['content', 'reasoning_content', 'text', 'thinking', 'partial_json', 'arguments', 'delta'],
  read: (document, sofar) => readerOfDocument(document)?.read(document, sofar) ?? sofar,
  providerOf(document) {
    const reader = readerOfDocument(document)
    return reader && providerOfReader(reader)
  },
  idOf: (document) => readerOfDocument(document)?.idOf?.(document) ?? ofText(document.id),
  isEnd: (document) => readerOfDocument(document)?.isEnd?.(document) ?? false,
}

function ofText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
