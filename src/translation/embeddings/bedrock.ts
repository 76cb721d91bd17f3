import type { Json } from '../../types.ts'
import { count, object, objects } from '../../usage/shapes/reader.ts'
import { defined, filled, type Members, membersOf } from '../common/members.ts'
import { chatErrorOf } from '../common/provider-error.ts'
import type { TranslationContext } from '../translation.ts'
import { cohereRequest, vectorsIn } from './cohere.ts'
import { type EmbeddingsApi, embeddingsAnswer, imageIn, onlyText, refused, textsOf } from './embeddings-api.ts'

interface Maker {
  readonly models: RegExp
  /** One text a call. */
  readonly takesOne?: boolean
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
    takesOne: true,
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
    takesOne: true,
    body: (asked) => ({ inputText: onlyText(asked) }),
    vectors: titanVector,
    tokens: titanTokens,
  },
  {
    models: /titan-embed/,
    takesOne: true,
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

/** OpenAI's limit. */
const MOST_INPUTS = 2_048

/** A request for each text. Images are billed by the call, so each is a call of its client's. */
function inputsOf(asked: Json): readonly Json[] {
  const texts = textsOf(asked)
  if (texts.length > MOST_INPUTS) throw refused(`The input has ${texts.length} texts. Send at most ${MOST_INPUTS}.`)
  return texts.some((text) => imageIn(text)) ? [asked] : texts.map((input) => ({ ...asked, input }))
}

function requestOf(maker: Maker, asked: Json, context: TranslationContext): Json {
  const members = membersOf(asked)
  members.take('input')
  members.take('encoding_format')
  const body = maker.body(asked, members, context)
  members.reportLosses(context.losses)
  return body
}

/** Bedrock's embeddings: each maker's own documents behind InvokeModel. */
export const bedrockEmbeddings: EmbeddingsApi = {
  shape: 'bedrock-invoke',
  request(asked, context) {
    const maker = makerOf(context)
    const inputs = maker.takesOne ? inputsOf(asked) : [asked]
    const parts = inputs.map((one) => requestOf(maker, one, context))
    return { path: '/model/{model}/invoke', body: parts[0] ?? {}, ...(parts.length > 1 ? { parts } : {}) }
  },
  answer(body, asked, context) {
    const maker = makerOf(context)
    const answers = Array.isArray(body.parts) ? objects(body.parts) : [body]
    return embeddingsAnswer(answers.flatMap(maker.vectors), maker.tokens?.(body), asked, context)
  },
  join: (answers) => ({
    parts: answers,
    inputTextTokenCount: answers.reduce((sum, answer) => sum + titanTokens(answer), 0),
  }),
  error: chatErrorOf,
}
