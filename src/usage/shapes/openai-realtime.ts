import type { Json, Usage } from '../../types.ts'
import { addUsage } from '../meter/add-usage.ts'
import { believable } from '../meter/believable.ts'
import { matchPath } from './match-path.ts'
import { openaiTranscriptions } from './openai-audio.ts'
import { openaiUsage } from './openai-usage.ts'
import { MAX_COUNT, object, text, type UsageReader, usageOf } from './reader.ts'

const TRANSCRIBED = 'conversation.item.input_audio_transcription.completed'

/**
 * The events of a /realtime session. Each finished response is billed, and each transcript of what was heard, by the model
 * that hears; the session is their sum.
 */
export const openaiRealtime: UsageReader = {
  shape: 'openai-realtime',
  callType: '_arealtime',
  match: matchPath('/realtime'),
  hints: ['usage', 'transcription', 'input_audio_transcription'],

  read(document, sofar) {
    const response = object(document.response)
    if (document.type === 'response.done' && response.usage != null) return addTurn(sofar, turnUsage(response))
    if (document.type === TRANSCRIBED) return heard(document, sofar)
    const model = listener(object(document.session))
    return model === undefined ? sofar : heardBy(model, sofar)
  },

  idOf: ({ type, session }) => (type === 'session.created' ? text(object(session).id) : undefined),
  modelOf: ({ session }) => text(object(session).model),
}

/** The session so far, with one more response. */
export function addTurn(sofar: Usage | undefined, usage: Usage): Usage {
  return sofar ? addUsage(sofar, usage, MAX_COUNT) : usage
}

/** Without the figures that no response can mean: they are 0 then. */
function turnUsage(response: Json): Usage {
  const { max_output_tokens } = response
  const answerBytes = Buffer.byteLength(JSON.stringify(response))
  const evidence = { request: { max_output_tokens }, asked: undefined, answerBytes }
  return believable(openaiUsage(object(response.usage), response), evidence)
}

/** The model that writes down what was said, if the session has one. */
function listener({ audio, input_audio_transcription: before }: Json): string | undefined {
  return text(object(object(object(audio).input).transcription ?? before).model)
}

/** From now on this model hears: the last of the `others`. */
function heardBy(model: string, sofar: Usage = usageOf({ raw: null })): Usage {
  const others = sofar.others ?? []
  return others.at(-1)?.model === model ? sofar : { ...sofar, others: [...others, hearing(model)] }
}

/** What a model has heard that has heard nothing yet. */
function hearing(model: string) {
  return { model, usage: usageOf({ raw: null }), callType: 'atranscription' }
}

function heard(document: Json, sofar: Usage | undefined): Usage | undefined {
  const read = openaiTranscriptions.read(document, undefined)
  if (!read) return sofar
  const usage = believable(read, { request: {}, asked: undefined, answerBytes: 0 })
  const { others = [], ...known } = sofar ?? usageOf({ raw: null })
  // Without the word of a session it is billed by the model of the call.
  const last = others.at(-1) ?? hearing('')
  return { ...known, others: [...others.slice(0, -1), { ...last, usage: addUsage(last.usage, usage, MAX_COUNT) }] }
}
