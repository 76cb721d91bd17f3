import type { Json } from '../../types.ts'
import { cohereEmbed } from '../../usage/shapes/cohere.ts'
import { object } from '../../usage/shapes/reader.ts'
import { defined, type Members, membersOf } from '../common/members.ts'
import { chatErrorOf } from '../common/provider-error.ts'
import { type EmbeddingsApi, embeddingsAnswer, imageIn, refused, textsOf } from './embeddings-api.ts'

/** LiteLLM's. Cohere wants to know whether what it embeds is searched or searched for. */
const DEFAULT_INPUT_TYPE = 'search_document'

/** Cohere's /v2/embed. */
export const cohereEmbeddings: EmbeddingsApi = {
  shape: 'cohere-embed',
  request(asked, context) {
    const members = membersOf(asked)
    const body = { model: context.model, ...cohereRequest(asked, members), embedding_types: ['float'] }
    members.reportLosses(context.losses)
    return { path: '/embed', body }
  },
  answer: (body, asked, context) =>
    embeddingsAnswer(vectorsIn(body), cohereEmbed.read(body, undefined)?.promptTokens, asked, context),
  error: chatErrorOf,
}

/** What Cohere's API and Bedrock's Cohere models have in common. */
export function cohereRequest(asked: Json, members: Members): Json {
  members.take('input')
  members.take('encoding_format')
  const texts = textsOf(asked)
  const images = texts.filter((text) => imageIn(text))
  if (images.length > 0 && images.length < texts.length) {
    throw refused('The model embeds texts or images, not both in one call. Send the images in a call of their own.')
  }
  const isOfImages = images.length > 0
  return defined({
    ...(isOfImages ? { images } : { texts }),
    input_type: members.take('input_type') ?? (isOfImages ? 'image' : DEFAULT_INPUT_TYPE),
    output_dimension: members.take('dimensions'),
    ...members.pass('truncate', 'max_tokens'),
  })
}

/** By type, as asked, or as a plain list. */
export function vectorsIn({ embeddings }: Json): readonly unknown[] {
  const found = Array.isArray(embeddings) ? embeddings : object(embeddings).float
  return Array.isArray(found) ? found : []
}
