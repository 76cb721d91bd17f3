import type { Json, OtherUsage, Quantities, Usage } from '../../types.ts'
import { decode, matchPath, plainPath } from './match-path.ts'
import { cacheWritesOf, count, object, objects, text, type UsageReader, usageOf } from './reader.ts'

const match = matchPath('/messages')

/**
 * POST /messages. A stream opens with the input side in `message_start` and repeats running totals in `message_delta`;
 * fields that an event leaves out or sets to null keep their last value.
 */
export const anthropicMessages: UsageReader = {
  shape: 'anthropic-messages',
  provider: 'anthropic',
  callType: 'anthropic_messages',
  // The Assistants API has /threads/{id}/messages, which calls no model.
  match: (path) => (/\/threads\/[^/]+\/messages$/.test(plainPath(path)) ? undefined : match(path)),
  hints: ['usage', 'message_stop'],
  textKeys: ['text', 'thinking', 'partial_json'],

  read(document, sofar) {
    const found = object(document.message ?? document).usage
    return found == null ? sofar : anthropicUsage(mergeKnown(object(sofar?.raw), object(found)))
  },

  idOf: (document) => text(object(document.message ?? document).id),
  // Everything that is billed has been said once the reason to stop is known.
  isEnd: ({ type, delta }) =>
    type === 'message_stop' || (type === 'message_delta' && object(delta).stop_reason != null),
}

export function anthropicUsage(found: Json): Usage {
  const others = advice(found)
  const parts = [found, ...compactions(found)]
  const sum = (countOf: (part: Json) => number) => count(parts.reduce((total, part) => total + countOf(part), 0))
  const cacheReadTokens = sum((part) => count(part.cache_read_input_tokens))
  const cacheWriteTokens = sum(cacheWrites)
  const completionTokens = sum((part) => count(part.output_tokens))
  return usageOf({
    // Anthropic's input_tokens leaves cached tokens out; LiteLLM's prompt_tokens has them in.
    promptTokens: sum((part) => count(part.input_tokens)) + cacheReadTokens + cacheWriteTokens,
    completionTokens,
    cacheReadTokens,
    ...cacheWritesOf(cacheWriteTokens, splitOf(parts)),
    reasoningTokens: Math.min(count(object(found.output_tokens_details).thinking_tokens), completionTokens),
    quantities: searches(object(found.server_tool_use)),
    serviceTier: text(found.service_tier),
    inferenceGeo: text(found.inference_geo),
    speed: text(found.speed),
    ...(others.length > 0 ? { others } : {}),
    raw: found,
  })
}

/** What an advisor was asked on the way: another model's work, left out of the totals. */
function advice(found: Json): readonly OtherUsage[] {
  return objects(found.iterations).flatMap(({ iterations: _, type, model, ...counts }) => {
    const name = text(model)
    return type === 'advisor_message' && name ? [{ model: name, usage: anthropicUsage(counts) }] : []
  })
}

/**
 * Summaries that the provider made of a long input on the way. They are billed, and left out of the totals; every other
 * iteration is in the totals, another model's, or free (platform.claude.com/docs, "Compaction", understanding usage).
 */
function compactions(found: Json): readonly Json[] {
  return objects(found.iterations).filter(({ type }) => type === 'compaction')
}

function cacheWrites(part: Json): number {
  const [fiveMinutes, hour] = writesIn(part)
  return count(part.cache_creation_input_tokens ?? fiveMinutes + hour)
}

function writesIn({ cache_creation }: Json): readonly [number, number] {
  const { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: hour } = object(cache_creation)
  return [count(fiveMinutes), count(hour)]
}

/** Of all parts together; what one does not split is kept for five minutes. */
function splitOf(parts: readonly Json[]): Json {
  let fiveMinutes = 0
  let hours = 0
  for (const part of parts) {
    const [short, hour] = writesIn(part)
    fiveMinutes += short + hour > 0 ? short : cacheWrites(part)
    hours += hour
  }
  return { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: hours }
}

function searches({ web_search_requests: requests }: Json): Quantities {
  return count(requests) > 0 ? { webSearches: count(requests) } : {}
}

/** Counts are running totals: a null says nothing, and neither does a 0 after a count. */
function mergeKnown(before: Json, now: Json): Json {
  const known = Object.entries(now).filter(
    ([name, value]) => value !== null && !(value === 0 && count(before[name]) > 0),
  )
  return { ...before, ...Object.fromEntries(known) }
}

const PATH = /\/publishers\/anthropic\/models\/([^/]+):((?:streamR|r)awPredict)$/

/** Claude on Vertex AI: Anthropic's documents under Google's paths. */
export const vertexAnthropic: UsageReader = {
  ...anthropicMessages,
  shape: 'vertex-anthropic',
  provider: 'vertex_ai',
  streams: (route) => route.endsWith(':streamRawPredict'),
  match(path) {
    const method = PATH.exec(plainPath(path))?.[2]
    return method && `/publishers/anthropic/models/{model}:${method}`
  },
  modelIn(path) {
    const model = PATH.exec(plainPath(path))?.[1]
    return model && decode(model)
  },
}
