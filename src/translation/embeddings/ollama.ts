import type { Json } from '../../types.ts'
import { ollamaEmbed } from '../../usage/shapes/ollama.ts'
import { object } from '../../usage/shapes/reader.ts'
import { defined, filled, membersOf } from '../common/members.ts'
import { chatErrorOf } from '../common/provider-error.ts'
import { type EmbeddingsApi, embeddingsAnswer, textsOf } from './embeddings-api.ts'

/** Ollama's /api/embed. What OpenAI does not know is an option of the model. */
export const ollamaEmbeddings: EmbeddingsApi = {
  shape: 'ollama-embed',
  request(asked, context) {
    const members = membersOf(asked)
    members.take('input')
    members.take('encoding_format')
    const own = members.pass('truncate', 'keep_alive', 'dimensions')
    const given = object(members.take('options'))
    const body = defined({
      model: context.model,
      input: textsOf(asked),
      ...own,
      options: filled({ ...given, ...members.takeForeign() }),
    })
    members.reportLosses(context.losses)
    return { path: '/api/embed', body }
  },
  answer: (body, asked, context) =>
    embeddingsAnswer(list(body.embeddings), ollamaEmbed.read(body, undefined)?.promptTokens, asked, context),
  error: chatErrorOf,
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}
