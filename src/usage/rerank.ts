import { cohereUsage } from './cohere-usage.ts'
import { matchPath } from './match-path.ts'
import { count, object, type UsageReader, usageOf } from './reader.ts'

/** POST /rerank: Cohere bills search units, Jina, Voyage and others tokens. */
export const rerank: UsageReader = {
  shape: 'rerank',
  callType: 'arerank',
  match: matchPath('/rerank'),
  hints: ['usage', 'meta'],

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
