import type { Json, Quantities } from '../../types.ts'
import { matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { count, object, objects, text, type UsageReader } from './reader.ts'

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** POST /responses. When streaming, the closing event wraps the same object in `response`. */
export const openaiResponses: UsageReader = {
  shape: 'openai-responses',
  callType: 'aresponses',
  match: matchPath('/responses'),
  textKeys: ['delta'],
  bodyTextKeys: ['text', 'refusal', 'arguments'],

  read(document, sofar) {
    const response = responseIn(document)
    if (response.usage == null) return sofar
    const usage = openaiUsage(object(response.usage), response)
    return { ...usage, quantities: { ...usage.quantities, ...toolsIn(response) } }
  },

  idOf: (document) => text(responseIn(document).id),
  modelOf: (document) => text(responseIn(document).model),
  // With `background`. Its usage is told to who fetches it: see works.ts.
  isPending: ({ object: kind, status }) => kind === 'response' && (status === 'queued' || status === 'in_progress'),
  isEnd: ({ type }) => typeof type === 'string' && ENDS.has(type),
}

/** POST /responses/compact: the same answer, billed alike. */
export const openaiCompactResponses: UsageReader = {
  ...openaiResponses,
  shape: 'openai-responses-compact',
  callType: 'acompact_responses',
  match: matchPath('/responses/compact'),
}

function responseIn(document: Json): Json {
  return object(document.response ?? document)
}

/** What the built-in tools did. A response that states its billable searches has not charged the others. */
function toolsIn(response: Json): Quantities {
  const output = objects(response.output)
  const calls = (type: string) => output.filter((item) => item.type === type)
  const stated = object(object(response.tool_usage).web_search).num_requests
  const containers = calls('code_interpreter_call').map((call) => call.container_id)
  return nonZero({
    webSearches: stated == null ? calls('web_search_call').length : count(stated),
    fileSearches: calls('file_search_call').length,
    codeSessions: new Set(containers).size,
  })
}

function nonZero(quantities: Record<string, number>): Quantities {
  return Object.fromEntries(Object.entries(quantities).filter(([, value]) => value > 0))
}
