import type { Json } from '../../types.ts'
import { geminiEmbed, vertexEmbed } from '../../usage/shapes/gemini-embed.ts'
import { object, objects } from '../../usage/shapes/reader.ts'
import { defined, filled, membersOf } from '../common/members.ts'
import { googleErrorOf } from '../common/provider-error.ts'
import type { TranslationContext } from '../translation.ts'
import { type EmbeddingsApi, embeddingsAnswer, imageIn, textsOf } from './embeddings-api.ts'

/** What OpenAI's request asks of Google's: LiteLLM takes Cohere's `input_type` for the kind of task. */
function askedOf(asked: Json, { losses }: TranslationContext) {
  const members = membersOf(asked)
  members.take('input')
  members.take('encoding_format')
  const found = {
    outputDimensionality: members.take('dimensions') ?? members.take('outputDimensionality'),
    taskType: members.take('taskType') ?? members.take('task_type') ?? members.take('input_type'),
    title: members.take('title'),
    autoTruncate: members.take('autoTruncate') ?? members.take('auto_truncate'),
  }
  members.reportLosses(losses)
  return found
}

/** Gemini's batchEmbedContents, of Google AI Studio. */
export const geminiEmbeddings: EmbeddingsApi = {
  shape: 'gemini-embed',
  request(asked, context) {
    const { autoTruncate, ...settings } = askedOf(asked, context)
    if (autoTruncate !== undefined) context.losses.add('auto_truncate')
    const requests = textsOf(asked).map((text) =>
      defined({ model: `models/${context.model}`, content: { parts: [partOf(text)] }, ...settings }),
    )
    return { path: '/models/{model}:batchEmbedContents', body: { requests } }
  },
  answer(body, asked, context) {
    const vectors = objects(body.embeddings).map(({ values }) => values)
    return embeddingsAnswer(vectors, geminiEmbed.read(body, undefined)?.promptTokens, asked, context)
  },
  error: googleErrorOf,
}

function partOf(text: string): Json {
  const image = imageIn(text)
  return image ? { inlineData: { mimeType: image.mediaType, data: image.data } } : { text }
}

/** Vertex AI's embeddings of text, by `predict`. */
export const vertexEmbeddings: EmbeddingsApi = {
  shape: 'vertex-embed',
  request(asked, context) {
    const { outputDimensionality, autoTruncate, taskType: task_type, title } = askedOf(asked, context)
    const instances = textsOf(asked).map((content) => defined({ content, task_type, title }))
    const parameters = filled({ outputDimensionality, autoTruncate })
    return { path: '/publishers/google/models/{model}:predict', body: defined({ instances, parameters }) }
  },
  answer(body, asked, context) {
    const found = objects(body.predictions).map(({ embeddings }) => object(embeddings))
    const tokens = vertexEmbed.read(body, undefined)?.promptTokens
    return embeddingsAnswer(
      found.map(({ values }) => values),
      tokens,
      asked,
      context,
    )
  },
  error: googleErrorOf,
}
