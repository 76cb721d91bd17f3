import { addUsage } from './add-usage.ts'
import { matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, text, type UsageReader } from './reader.ts'

/** The events of a /realtime session. Each finished response is billed; the session is their sum. */
export const openaiRealtime: UsageReader = {
  shape: 'openai-realtime',
  callType: '_arealtime',
  match: matchPath('/realtime'),

  read(document, sofar) {
    const response = object(document.response)
    if (document.type !== 'response.done' || response.usage == null) return sofar
    const usage = openaiUsage(object(response.usage), response)
    return sofar ? addUsage(sofar, usage) : usage
  },

  idOf: ({ type, session }) => (type === 'session.created' ? text(object(session).id) : undefined),
  modelOf: ({ session }) => text(object(session).model),
}
