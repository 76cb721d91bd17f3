import type { Json, Usage } from '../../types.ts'
import { audioSeconds } from './audio-seconds.ts'
import { deploymentIn, matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, quantity, text, type UsageReader, usageOf } from './reader.ts'

/** POST /audio/speech. The answer is audio: what is billed is the text of the request, unless a stream says more. */
export const openaiSpeech: UsageReader = {
  shape: 'openai-speech',
  callType: 'aspeech',
  match: matchPath('/audio/speech'),
  modelIn: deploymentIn,

  ask(body) {
    const input = text(body.input)
    return input === undefined ? undefined : usageOf({ quantities: { characters: [...input].length } })
  },

  read(document, sofar) {
    return document.usage == null ? sofar : openaiUsage(object(document.usage), document)
  },

  isEnd: ({ type }) => type === 'speech.audio.done',
}

/** POST /audio/transcriptions: billed by tokens or by seconds, as the answer says. */
export const openaiTranscriptions: UsageReader = {
  shape: 'openai-transcriptions',
  callType: 'atranscription',
  match: matchPath('/audio/transcriptions'),
  modelIn: deploymentIn,
  textKeys: ['delta'],
  bodyTextKeys: ['text'],
  read,
  // Groq, and every answer in a form other than JSON, says nothing. LiteLLM measures the file, too.
  ask: (_, file) => secondsOf(file && audioSeconds(file)),
  isEnd: ({ type }) => type === 'transcript.text.done',
}

/** POST /audio/translations: a transcription into English, which LiteLLM logs as one. */
export const openaiTranslations: UsageReader = {
  ...openaiTranscriptions,
  shape: 'openai-translations',
  match: matchPath('/audio/translations'),
}

function secondsOf(seconds: number | undefined): Usage | undefined {
  return seconds === undefined ? undefined : usageOf({ quantities: { seconds } })
}

function read(document: Json, sofar: Usage | undefined): Usage | undefined {
  const found = object(document.usage)
  // Verbose answers state the length of the audio beside the usage, Groq without any.
  const seconds = quantity(found.seconds ?? document.duration)
  if (document.usage == null && seconds === 0) return sofar
  const usage = document.usage == null ? usageOf({ raw: { seconds } }) : openaiUsage(found, document)
  return seconds > 0 ? { ...usage, quantities: { ...usage.quantities, seconds } } : usage
}
