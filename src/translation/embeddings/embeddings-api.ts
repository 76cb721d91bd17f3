import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { ChatError } from '../chat.ts'
import { type InlineData, inlineDataOf } from '../common/content.ts'
import type { ProviderRequest, TranslationContext } from '../translation.ts'

/** A provider's API of embeddings, seen from OpenAI's. Pure functions, as those of `ProviderApi`. */
export interface EmbeddingsApi {
  /** The shape whose usage reader reads the provider's own bytes. */
  readonly shape: string
  /** @throws {LiteLLMError} `bad_request` with `param`, when the request cannot be said at all. */
  request(asked: Json, context: TranslationContext): ProviderRequest
  answer(body: Json, asked: Json, context: TranslationContext): EmbeddingsAnswer
  /** The answers to a request's `parts` as one document. */
  join?(answers: readonly Json[]): Json
  /** `body` is parsed JSON, or text when it is none. */
  error(status: number, body: unknown): ChatError
}

export interface EmbeddingsAnswer {
  readonly object: 'list'
  readonly data: readonly Embedding[]
  readonly model: string
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number }
}

export interface Embedding {
  readonly object: 'embedding'
  readonly index: number
  /** Numbers, or the bytes of 32-bit floats as base64. */
  readonly embedding: readonly number[] | string
}

/** The texts to embed. Lists of tokens are those of OpenAI's tokenizer: no other model can read them. */
export function textsOf({ input }: Json): readonly string[] {
  const texts = Array.isArray(input) ? input : [input]
  if (texts.length === 0) throw refused('The input is empty. Send a text or a list of texts.')
  if (texts.every((text) => typeof text === 'string')) return texts
  const isTokens = texts.every((text) => typeof text === 'number' || Array.isArray(text))
  throw refused(
    isTokens
      ? 'The model takes texts, not lists of tokens: those are of a tokenizer that it does not have. Send the text itself.'
      : 'The input has to be a text or a list of texts.',
  )
}

/** The one text, of APIs that take no list. */
export function onlyText(asked: Json): string {
  const [text, ...more] = textsOf(asked)
  if (text !== undefined && more.length === 0) return text
  throw refused(`The model takes one text a call, not ${more.length + 1}. Send each in a call of its own.`)
}

/** An image among the texts, which many clients send as a data URL. */
export function imageIn(text: string): InlineData | undefined {
  return text.startsWith('data:image/') ? inlineDataOf(text) : undefined
}

export function refused(message: string, param = 'input'): LiteLLMError {
  return new LiteLLMError('bad_request', { message, param })
}

/** OpenAI's answer. `tokens`: those that the provider counted, if it did. */
export function embeddingsAnswer(
  vectors: readonly unknown[],
  tokens: number | undefined,
  asked: Json,
  context: TranslationContext,
): EmbeddingsAnswer {
  const isBase64 = asked.encoding_format === 'base64'
  const count = tokens ?? estimated(asked)
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: typeof vector === 'string' ? vector : isBase64 ? packed(numbers(vector)) : numbers(vector),
    })),
    model: context.modelGroup,
    usage: { prompt_tokens: count, total_tokens: count },
  }
}

function numbers(vector: unknown): readonly number[] {
  return Array.isArray(vector) ? vector : []
}

/** Floats of 32 bits in little-endian order, as OpenAI's clients ask for them when nobody tells them otherwise. */
function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [n, value] of vector.entries()) bytes.writeFloatLE(value, n * 4)
  return bytes.toString('base64')
}

const CHARACTERS_PER_TOKEN = 4

/** A guess for the client's eyes, where the provider counts nothing. The ledger counts for itself. */
function estimated(asked: Json): number {
  const characters = textsOf(asked).reduce((sum, text) => sum + (imageIn(text) ? 0 : text.length), 0)
  return Math.ceil(characters / CHARACTERS_PER_TOKEN)
}
