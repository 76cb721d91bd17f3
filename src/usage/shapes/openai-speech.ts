import { deploymentIn, matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, text, type UsageReader, usageOf } from './reader.ts'

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
