import { requestText } from '../tokens/estimate.ts'
import { guessedTokens } from '../tokens/guess-tokens.ts'
import { cohereUsage } from './cohere.ts'
import { matchPath } from './match-path.ts'
import { count, object, type UsageReader, usageOf } from './reader.ts'

/** Cohere's search unit is a query with so many documents. */
const DOCUMENTS_PER_SEARCH = 100
/** POST /rerank: Cohere bills search units, Jina, Voyage and others tokens. */
export const rerank: UsageReader = {
  shape: 'rerank',
  provider: 'cohere',
  callType: 'arerank',
  match: matchPath('/rerank'),
  hints: ['usage', 'meta'],

  ask(body) {
    const documents = Array.isArray(body.documents) ? body.documents.length : 1
    const promptTokens = guessedTokens(Buffer.byteLength(requestText(body).text))
    return usageOf({ promptTokens, quantities: { searchUnits: Math.ceil(documents / DOCUMENTS_PER_SEARCH) } })
  },

  read(document, sofar) {
    if (document.usage != null) {
      const found = object(document.usage)
      return usageOf({ promptTokens: count(found.prompt_tokens ?? found.total_tokens), raw: found })
    }
    if (document.meta == null) return sofar
    const meta = object(document.meta)
    return cohereUsage(meta, object(meta.tokens ?? meta.billed_units))
  },
}
