import { anthropicMessages } from './anthropic-messages.ts'
import { decode, plainPath } from './match-path.ts'
import type { UsageReader } from './reader.ts'

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
