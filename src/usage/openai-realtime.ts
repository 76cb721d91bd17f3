import type { Json, ModalityTokens, Usage } from '../types.ts'
import { matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { count, object, text, type UsageReader } from './reader.ts'

/** The events of a /realtime session. Each finished response is billed; the session is their sum. */
export const openaiRealtime: UsageReader = {
  shape: 'openai-realtime',
  callType: '_arealtime',
  match: matchPath('/realtime'),

  read(document, sofar) {
    const response = object(document.response)
    if (document.type !== 'response.done' || response.usage == null) return sofar
    const usage = openaiUsage(object(response.usage), response)
    return sofar ? add(sofar, usage) : usage
  },

  idOf: ({ type, session }) => (type === 'session.created' ? text(object(session).id) : undefined),
  modelOf: ({ session }) => text(object(session).model),
}

function add(a: Usage, b: Usage): Usage {
  return {
    ...b,
    promptTokens: count(a.promptTokens + b.promptTokens),
    completionTokens: count(a.completionTokens + b.completionTokens),
    cacheReadTokens: count(a.cacheReadTokens + b.cacheReadTokens),
    cacheWriteTokens: count(a.cacheWriteTokens + b.cacheWriteTokens),
    reasoningTokens: count(a.reasoningTokens + b.reasoningTokens),
    promptDetails: addSplits(a.promptDetails, b.promptDetails),
    completionDetails: addSplits(a.completionDetails, b.completionDetails),
    cacheReadDetails: addSplits(a.cacheReadDetails ?? {}, b.cacheReadDetails ?? {}),
    raw: addNumbers(object(a.raw), object(b.raw)),
  }
}

function addSplits(a: ModalityTokens, b: ModalityTokens): ModalityTokens {
  return addNumbers({ ...a }, { ...b })
}

/** Adds the numbers of two objects of the same form, at every depth. */
function addNumbers(a: Json, b: Json): Json {
  const sums: Record<string, unknown> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const before = a[name]
    if (typeof value === 'number') sums[name] = value + (typeof before === 'number' ? before : 0)
    else if (typeof value === 'object' && value !== null) sums[name] = addNumbers(object(before), object(value))
    else sums[name] = value
  }
  return sums
}
