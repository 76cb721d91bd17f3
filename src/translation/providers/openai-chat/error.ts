import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatError } from '../../chat.ts'

/** What a document of a stream says that went wrong: OpenAI's form, or vLLM's old one. */
export function isErrorDocument(document: Json): boolean {
  return (document.error !== undefined && document.error !== null) || document.object === 'error'
}

/** The provider's words, in whatever form it put them. A status that a document of a stream names is its own. */
export function errorFrom(status: number, body: unknown): ChatError {
  const document = object(body)
  const found = typeof document.error === 'object' ? object(document.error) : document
  const code = found.code as ChatError['code']
  const stated = Number(code ?? found.status)
  return {
    status: status === 500 && stated >= 400 && stated < 600 ? stated : status,
    message: wordsOf(document, found) ?? (typeof body === 'string' && body !== '' ? body : `HTTP ${status}`),
    ...(text(found.type) ? { type: text(found.type) } : {}),
    ...(code != null ? { code } : {}),
    ...(text(found.param) ? { param: text(found.param) } : {}),
  }
}

function wordsOf(document: Json, found: Json): string | undefined {
  const { detail } = document
  const said = text(found.message) ?? text(document.error) ?? text(document.message) ?? text(detail)
  // FastAPI lists what it refused; others nest what they relay.
  return said ?? (Object.keys(document).length > 0 ? JSON.stringify(detail ?? document) : undefined)
}

/** The end of a stream that said nothing of an end. */
export const CUT: ChatError = {
  status: 502,
  message: 'The provider ended its stream before the answer was complete.',
  type: 'api_error',
}
