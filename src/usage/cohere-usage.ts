import type { Json, Quantities, Usage } from '../types.ts'
import { count, object, usageOf } from './reader.ts'

/** Cohere's `billed_units` (what is charged) and `tokens` (what the model saw), of a usage or meta object. */
export function cohereUsage(found: Json, tokens: Json): Usage {
  const billed = object(found.billed_units)
  const promptTokens = count(tokens.input_tokens)
  return usageOf({
    promptTokens,
    completionTokens: count(tokens.output_tokens),
    cacheReadTokens: Math.min(count(found.cached_tokens), promptTokens),
    quantities: quantitiesOf(billed),
    raw: found,
  })
}

function quantitiesOf({ search_units, images }: Json): Quantities {
  return {
    ...(search_units == null ? {} : { searchUnits: count(search_units) }),
    ...(images == null ? {} : { inputImages: count(images) }),
  }
}
