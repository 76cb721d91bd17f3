import { requestText } from '../tokens/estimate.ts'
import { guessedTokens } from '../tokens/tokenizer.ts'
import { cohereUsage } from './cohere.ts'
import { deploymentIn, matchPath, plainPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { count, object, objects, quantity, type UsageReader, usageOf } from './reader.ts'

/** POST /ocr (Mistral): billed by the page. */
export const ocr: UsageReader = {
  shape: 'ocr',
  provider: 'mistral',
  callType: 'aocr',
  match: matchPath('/ocr'),
  hints: ['usage_info'],

  read(document, sofar) {
    if (document.usage_info == null) return sofar
    const found = object(document.usage_info)
    const annotated = count(found.pages_processed_annotation)
    return usageOf({
      quantities: {
        pages: count(found.pages_processed ?? objects(document.pages).length),
        ...(annotated > 0 ? { annotatedPages: annotated } : {}),
      },
      raw: found,
    })
  },
}

/** POST /moderations. Free, and it says nothing about tokens. */
export const openaiModerations: UsageReader = {
  shape: 'openai-moderations',
  callType: 'amoderation',
  match: matchPath('/moderations'),
  usesNothing: () => true,
  read: (document, sofar) => sofar ?? (Array.isArray(document.results) ? usageOf({ raw: null }) : undefined),
}

const match = matchPath('/batches')

/** POST /batches. Creating one costs nothing; its work is billed when it is done. */
export const openaiBatches: UsageReader = {
  shape: 'openai-batches',
  callType: 'acreate_batch',
  // Anthropic's are at /messages/batches.
  match: (path) => (plainPath(path).endsWith('/messages/batches') ? undefined : match(path)),
  usesNothing: () => true,
  read: (document, sofar) => sofar ?? (document.object === 'batch' ? usageOf({ raw: null }) : undefined),
}

/** What OpenAI makes when the request names no length. */
const DEFAULT_SECONDS = 4

/** POST /videos. Billed by the length that was asked for; the answer repeats it. */
export const openaiVideos: UsageReader = {
  shape: 'openai-videos',
  callType: 'acreate_video',
  match: matchPath('/videos'),

  ask: ({ seconds }) => usageOf({ quantities: { seconds: quantity(seconds) || DEFAULT_SECONDS } }),
  read(document, sofar) {
    const seconds = quantity(document.seconds)
    return seconds > 0 ? usageOf({ quantities: { seconds }, raw: { seconds } }) : sofar
  },
}

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

/** POST /embeddings. Input only. */
export const openaiEmbeddings: UsageReader = {
  shape: 'openai-embeddings',
  callType: 'aembedding',
  match: matchPath('/embeddings'),
  modelIn: deploymentIn,

  read(document, sofar) {
    if (document.usage == null) return sofar
    const usage = openaiUsage(object(document.usage), document)
    return { ...usage, promptTokens: usage.promptTokens || usage.completionTokens, completionTokens: 0 }
  },
}
