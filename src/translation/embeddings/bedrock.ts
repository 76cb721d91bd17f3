import type { Json } from '../../types.ts'
import { count, object } from '../../usage/shapes/reader.ts'
import { defined, filled, type Members, membersOf } from '../common/members.ts'
import { chatErrorOf } from '../common/provider-error.ts'
import type { TranslationContext } from '../translation.ts'
import { cohereRequest, vectorsIn } from './cohere.ts'
import { type EmbeddingsApi, embeddingsAnswer, imageIn, onlyText, refused } from './embeddings-api.ts'

interface Maker {
  readonly models: RegExp
  body(asked: Json, members: Members, context: TranslationContext): Json
  vectors(body: Json): readonly unknown[]
  /** `undefined`: it says so in a header alone. */
  tokens?(body: Json): number
}

const titanTokens = (body: Json) => count(body.inputTextTokenCount)
const titanVector = ({ embedding, embeddingsByType }: Json) => [embedding ?? object(embeddingsByType).float]

/** The first that fits. */
const MAKERS: readonly Maker[] = [
  {
    models: /titan-embed-image/,
    body(asked, members) {
      const text = onlyText(asked)
      const image = imageIn(text)
      const embeddingConfig = filled({ outputEmbeddingLength: members.take('dimensions') })
      return defined({ ...(image ? { inputImage: image.data } : { inputText: text }), embeddingConfig })
    },
    vectors: titanVector,
    tokens: titanTokens,
  },
  {
    models: /titan-embed-text-v1|titan-embed-g1/,
    body: (asked) => ({ inputText: onlyText(asked) }),
    vectors: titanVector,
    tokens: titanTokens,
  },
  {
    models: /titan-embed/,
    body: (asked, members) => ({ inputText: onlyText(asked), ...members.pass('dimensions', 'normalize') }),
    vectors: titanVector,
    tokens: titanTokens,
  },
  {
    models: /cohere\.embed/,
    body: (asked, members) => cohereRequest(asked, members),
    vectors: vectorsIn,
  },
]

function makerOf({ model }: TranslationContext): Maker {
  const maker = MAKERS.find(({ models }) => models.test(model))
  if (maker) return maker
  throw refused(
    `Embeddings of ${model} are not translated. Use a Titan or a Cohere model, or Bedrock's own API.`,
    'model',
  )
}

/** Bedrock's embeddings: each maker's own documents behind InvokeModel. */
export const bedrockEmbeddings: EmbeddingsApi = {
  shape: 'bedrock-invoke',
  request(asked, context) {
    const members = membersOf(asked)
    members.take('input')
    members.take('encoding_format')
    const body = makerOf(context).body(asked, members, context)
    members.reportLosses(context.losses)
    return { path: '/model/{model}/invoke', body }
  },
  answer(body, asked, context) {
    const maker = makerOf(context)
    return embeddingsAnswer(maker.vectors(body), maker.tokens?.(body), asked, context)
  },
  error: chatErrorOf,
}
