import { fetched } from './fetched.ts'
import { openaiResponses } from './openai-responses.ts'
import { object, type UsageReader } from './reader.ts'

const FINAL = new Set(['completed', 'failed', 'incomplete', 'cancelled'])

/** GET /responses/{id}: the usage of a response that was made in the background. All others were billed when made. */
export const fetchedResponse: UsageReader = {
  ...openaiResponses,
  shape: 'fetched-response',
  callType: fetched.callType,
  match: fetched.match,
  read(document, sofar) {
    const response = object(document.response ?? document)
    const isDone = response.background === true && FINAL.has(String(response.status))
    return isDone ? openaiResponses.read(document, sofar) : sofar
  },
}
