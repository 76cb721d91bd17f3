import type { Json, Quantities, Usage } from '../../types.ts'
import { matchPath, plainPath } from './match-path.ts'
import { count, object, text, type UsageReader, usageOf } from './reader.ts'

/** POST /embed: tokens of texts, or tokens of images. */
export const cohereEmbed: UsageReader = {
  shape: 'cohere-embed',
  provider: 'cohere',
  callType: 'aembedding',
  match: matchPath('/embed'),
  hints: ['meta'],

  read(document, sofar) {
    const billed = object(object(document.meta).billed_units)
    if (Object.keys(billed).length === 0) return sofar
    const image = count(billed.image_tokens)
    const usage = cohereUsage(object(document.meta), { input_tokens: count(billed.input_tokens) + image })
    return image > 0 ? { ...usage, promptDetails: { text: count(billed.input_tokens), image } } : usage
  },
}

/**
 * POST /v2/chat and /v1/chat. LiteLLM counts the tokens the model saw for v2 and the billed units for v1. A v2 stream is
 * server-sent events that end in `message-end`, a v1 stream JSON lines that end in `stream-end`.
 */
export const cohereChat: UsageReader = {
  shape: 'cohere-chat',
  provider: 'cohere_chat',
  callType: 'acompletion',
  match: (path) => (/\/v[12]\/chat$/.test(plainPath(path)) ? '/chat' : undefined),
  hints: ['usage', 'meta', 'message-end', 'stream-end'],
  textKeys: ['text', 'thinking', 'arguments'],

  read(document, sofar) {
    const usage = object(document.usage ?? object(document.delta).usage)
    if (Object.keys(usage).length > 0) return cohereUsage(usage, object(usage.tokens ?? usage.billed_units))
    const meta = object(document.meta ?? object(document.response).meta)
    return Object.keys(meta).length > 0 ? cohereUsage(meta, object(meta.billed_units ?? meta.tokens)) : sofar
  },

  idOf: (document) =>
    text(document.id) ?? text(document.generation_id) ?? text(object(document.response).generation_id),
  isEnd: ({ type, event_type }) => type === 'message-end' || event_type === 'stream-end',
}

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
