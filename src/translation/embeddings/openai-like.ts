import type { Json } from '../../types.ts'
import { count, object, objects } from '../../usage/shapes/reader.ts'
import { defined, type Members, membersOf } from '../common/members.ts'
import { chatErrorOf } from '../common/provider-error.ts'
import { type EmbeddingsApi, embeddingsAnswer, imageIn, textsOf } from './embeddings-api.ts'

/** Embeddings of providers whose answers are OpenAI's, and whose requests differ in some members. */
function openaiLike(membersIn: (asked: Json, members: Members) => Json): EmbeddingsApi {
  return {
    shape: 'openai-embeddings',
    request(asked, context) {
      const members = membersOf(asked)
      members.take('input')
      members.take('encoding_format')
      const body = { model: context.model, ...defined(membersIn(asked, members)) }
      members.reportLosses(context.losses)
      return { path: '/embeddings', body }
    },
    answer(body, asked, context) {
      const { total_tokens, prompt_tokens } = object(body.usage)
      const vectors = objects(body.data).map(({ embedding }) => embedding)
      return embeddingsAnswer(vectors, count(total_tokens ?? prompt_tokens) || undefined, asked, context)
    },
    error: chatErrorOf,
  }
}

/** Voyage packs floats as OpenAI does, and refuses to be told that it should not. */
export const voyageEmbeddings = openaiLike((asked, members) => ({
  input: textsOf(asked),
  output_dimension: members.take('dimensions') ?? members.take('output_dimension'),
  encoding_format: asked.encoding_format === 'base64' ? 'base64' : undefined,
  ...members.pass('input_type', 'truncation', 'output_dtype'),
}))

/** Jina embeds images among texts. */
export const jinaEmbeddings = openaiLike((asked, members) => {
  const texts = textsOf(asked)
  const hasImages = texts.some((text) => imageIn(text))
  const mixed = texts.map((text) => {
    const image = imageIn(text)
    return image ? { image: image.data } : { text }
  })
  return {
    input: hasImages ? mixed : texts,
    ...members.pass('dimensions', 'task', 'late_chunking', 'normalized', 'truncate', 'embedding_type'),
  }
})
