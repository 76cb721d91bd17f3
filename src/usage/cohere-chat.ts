import { cohereUsage } from './cohere-usage.ts'
import { plainPath } from './match-path.ts'
import { object, text, type UsageReader } from './reader.ts'

/**
 * POST /v2/chat and /v1/chat. LiteLLM counts the tokens the model saw for v2 and the billed units for v1. A v2 stream is
 * server-sent events that end in `message-end`, a v1 stream JSON lines that end in `stream-end`.
 */
export const cohereChat: UsageReader = {
  shape: 'cohere-chat',
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
