import type { Json } from '../../types.ts'
import { decode, plainPath } from './match-path.ts'
import { count, object, objects, text, type UsageReader, usageOf } from './reader.ts'

const BLOCKED = 'guardrail_intervened'

/** POST /model/{modelId}/converse and /converse-stream. A stream ends with a `metadata` event that has the usage. */
export const bedrockConverse: UsageReader = {
  shape: 'bedrock-converse',
  provider: 'bedrock',
  callType: 'acompletion',
  ...bedrockPath('converse', 'converse-stream'),
  streams: (route) => route.endsWith('-stream'),
  textKeys: ['text', 'input'],
  hints: ['usage', BLOCKED],

  read(document, sofar) {
    return document.usage == null ? sofar : converseUsage(object(document.usage), document)
  },

  idOf: () => undefined,
  // A guardrail that stops a request answers in place of the model.
  usesNothing: ({ stopReason, messageStop }) => (stopReason ?? object(messageStop).stopReason) === BLOCKED,
  isEnd: ({ usage, metrics }) => usage != null && metrics != null,
}

/** Bedrock's inputTokens leaves cached tokens out. A split of the cache writes that does not add up is not believed. */
export function converseUsage(found: Json, document: Json) {
  const cacheReadTokens = count(found.cacheReadInputTokens ?? found.cacheReadInputTokenCount)
  const kept = (time: string) =>
    objects(found.cacheDetails).reduce((sum, { ttl, inputTokens }) => sum + (ttl === time ? count(inputTokens) : 0), 0)
  const cacheWriteTokens = count(found.cacheWriteInputTokens ?? found.cacheWriteInputTokenCount)
  return usageOf({
    promptTokens: count(found.inputTokens) + cacheReadTokens + cacheWriteTokens,
    completionTokens: count(found.outputTokens),
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: kept('5m') + kept('1h') === cacheWriteTokens ? kept('1h') : 0,
    serviceTier: text(object(document.serviceTier).type),
    raw: found,
  })
}

/** Matches `/model/{modelId}/{operation}`. The id may be an ARN, percent-encoded or not. */
export function bedrockPath(...operations: readonly string[]) {
  const pattern = new RegExp(`/model/(.+)/(${operations.join('|')})$`)
  return {
    match(path: string): string | undefined {
      const operation = pattern.exec(plainPath(path))?.[2]
      return operation && `/model/{model}/${operation}`
    },
    modelIn(path: string): string | undefined {
      const model = pattern.exec(plainPath(path))?.[1]
      return model === undefined ? undefined : decode(model)
    },
  }
}
