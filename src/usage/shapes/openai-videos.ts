import { matchPath } from './match-path.ts'
import { quantity, type UsageReader, usageOf } from './reader.ts'

/** What OpenAI makes when the request names no length. */
const DEFAULT_SECONDS = 4

/** POST /videos. Billed by the length that was asked for; the answer repeats it. */
export const openaiVideos: UsageReader = {
  shape: 'openai-videos',
  callType: 'acreate_video',
  match: matchPath('/videos'),

  ask: ({ seconds }) => usageOf({ quantities: { seconds: quantity(seconds) || DEFAULT_SECONDS } }),
  read(document, sofar) {
    const seconds = quantity(document.seconds)
    return seconds > 0 ? usageOf({ quantities: { seconds }, raw: { seconds } }) : sofar
  },
}
