import type { Json } from '../../types.ts'
import { objects } from '../../usage/shapes/reader.ts'
import type { CachedShape, ToldStream } from './cached-shape.ts'
import { chat } from './chat.ts'
import { completions } from './completions.ts'
import { responses } from './responses.ts'

/** LiteLLM's name for a stream of Anthropic's that is stored event by event. */
const STORED_EVENTS = 'litellm_cached_anthropic_sse_events'

const messages: CachedShape = {
  callTypes: ['anthropic_messages', 'aanthropic_messages'],
  form: 'object',
  hasOutput: (answer) => storedEvents(answer)?.some(beginsBlock) ?? objects(answer.content).length > 0,
  assemble({ events, documents }: ToldStream) {
    const isWhole = documents.some(({ type }) => type === 'message_stop')
    const isFailed = documents.some(({ type }) => type === 'error')
    return isWhole && !isFailed ? { [STORED_EVENTS]: events } : undefined
  },
  replay: (answer) => storedEvents(answer) ?? [],
  // LiteLLM leaves facts of its own in what it stores.
  shown: (answer) => {
    if (!('_hidden_params' in answer)) return answer
    const { _hidden_params: _, ...rest } = answer
    return rest
  },
}

function storedEvents({ [STORED_EVENTS]: events }: Json): readonly string[] | undefined {
  return Array.isArray(events) ? events.filter((event) => typeof event === 'string') : undefined
}

function beginsBlock(event: string): boolean {
  return event.split(/\r\n|\n|\r/).includes('event: content_block_start')
}

const embeddings: CachedShape = {
  callTypes: ['aembedding'],
  form: 'object',
  // An answer, or the entry of one input.
  hasOutput: ({ data, embedding }) => objects(data).length > 0 || embedding !== undefined,
}

const rerank: CachedShape = {
  callTypes: ['arerank'],
  form: 'text',
  hasOutput: ({ results }) => Array.isArray(results),
}

const transcriptions: CachedShape = {
  callTypes: ['atranscription'],
  form: 'text',
  hasOutput: ({ text }) => typeof text === 'string',
}

/** What can be cached, by API shape. */
export const CACHED_SHAPES: Readonly<Record<string, CachedShape>> = {
  'openai-chat': chat,
  'openai-completions': completions,
  'openai-embeddings': embeddings,
  'openai-responses': responses,
  'anthropic-messages': messages,
  rerank,
  'openai-transcriptions': transcriptions,
}
