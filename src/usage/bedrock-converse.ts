import type { Json } from '../types.ts'
import { bedrockPath } from './bedrock-path.ts'
import { count, object, objects, text, type UsageReader, usageOf } from './reader.ts'

/** POST /model/{modelId}/converse and /converse-stream. A stream ends with a `metadata` event that has the usage. */
export const bedrockConverse: UsageReader = {
  shape: 'bedrock-converse',
  callType: 'acompletion',
  ...bedrockPath('converse', 'converse-stream'),
  streams: (route) => route.endsWith('-stream'),
  textKeys: ['text', 'input'],

  read(document, sofar) {
    return document.usage == null ? sofar : converseUsage(object(document.usage), document)
  },

  idOf: () => undefined,
  isEnd: ({ usage, metrics }) => usage != null && metrics != null,
}

/** Bedrock's inputTokens leaves cached tokens out. */
export function converseUsage(found: Json, document: Json) {
  const cacheReadTokens = count(found.cacheReadInputTokens ?? found.cacheReadInputTokenCount)
  const hour = objects(found.cacheDetails).find(({ ttl }) => ttl === '1h')
  const cacheWriteTokens = count(found.cacheWriteInputTokens ?? found.cacheWriteInputTokenCount)
  return usageOf({
    promptTokens: count(found.inputTokens) + cacheReadTokens + cacheWriteTokens,
    completionTokens: count(found.outputTokens),
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: Math.min(count(hour?.inputTokens), cacheWriteTokens),
    serviceTier: text(object(document.serviceTier).type),
    raw: found,
  })
}
