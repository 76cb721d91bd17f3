import type { Json } from '../types.ts'
import { object, objects, text } from '../usage/shapes/reader.ts'
import { type CountTokens, countTokens } from '../usage/tokens/count-tokens.ts'
import { countInput } from '../usage/tokens/estimate.ts'

/*
 * Answers of endpoints that count the tokens of a request, for models whose provider has no such endpoint. They count as
 * the gateway itself counts where a provider states no usage: by OpenAI's newest encoding, which errs by some percent.
 */

/** Anthropic's documents have 1,500 to 3,000 tokens a page ("PDF support", platform.claude.com/docs). */
const TOKENS_PER_PAGE = 2000
/** A guess: pages of text have less, scanned ones more. */
const BYTES_PER_PAGE = 50_000

/** Answers `POST /v1/messages/count_tokens`. */
export async function countMessagesInput(body: Json, count: CountTokens = countTokens): Promise<Json> {
  const documents: Json[] = []
  const messages = objects(body.messages).map((message) => ({
    ...message,
    content: readable(message.content, documents),
  }))
  const tokens = await countInput({ ...body, messages }, count)
  return { input_tokens: tokens + documents.reduce((sum, document) => sum + documentTokens(document), 0) }
}

/** Answers `POST /v1beta/models/{model}:countTokens`, which takes contents or a whole request. */
export async function countGenerateInput(body: Json, count: CountTokens = countTokens): Promise<Json> {
  const wrapped = body.generateContentRequest ?? body.generate_content_request
  return { totalTokens: await countInput(wrapped ? object(wrapped) : body, count) }
}

/** Content without bytes that are no text. Documents of bytes go to `documents`. */
function readable(content: unknown, documents: Json[]): unknown {
  if (!Array.isArray(content)) return content
  return objects(content).flatMap((block) => {
    if (block.type === 'redacted_thinking') return []
    if (block.type === 'tool_result') return [{ ...block, content: readable(block.content, documents) }]
    const source = object(block.source)
    if (block.type !== 'document' || source.type === 'text' || source.type === 'content') return [block]
    documents.push(source)
    return [{ text: text(block.title), context: text(block.context) }]
  })
}

function documentTokens({ data }: Json): number {
  const bytes = typeof data === 'string' ? data.length * 0.75 : 0
  return TOKENS_PER_PAGE * Math.max(1, Math.ceil(bytes / BYTES_PER_PAGE))
}
