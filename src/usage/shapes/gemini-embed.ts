import { geminiUsage } from './gemini-generate.ts'
import { decode, plainPath } from './match-path.ts'
import { object, type UsageReader } from './reader.ts'

const PATH = /\/models\/([^/:]+):(embedContent|batchEmbedContents)$/

/** POST /models/{model}:embedContent. Older models say nothing about tokens. */
export const geminiEmbed: UsageReader = {
  shape: 'gemini-embed',
  provider: 'gemini',
  callType: 'aembedding',
  hints: ['usageMetadata'],
  match(path) {
    const method = PATH.exec(plainPath(path))?.[2]
    return method && `/models/{model}:${method}`
  },
  modelIn(path) {
    const model = PATH.exec(plainPath(path))?.[1]
    return model === undefined ? undefined : decode(model)
  },
  read: (document, sofar) =>
    document.usageMetadata == null ? sofar : { ...geminiUsage(object(document.usageMetadata)), completionTokens: 0 },
}
