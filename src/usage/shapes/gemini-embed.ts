import { geminiUsage } from './gemini-generate.ts'
import { decode, plainPath } from './match-path.ts'
import { count, object, objects, type UsageReader, usageOf } from './reader.ts'

// A model may hold slashes and colons, as in LiteLLM.
const PATH = /\/models\/(.+):(embedContent|batchEmbedContents)$/

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

const PREDICT = /\/publishers\/google\/models\/([^/:]*(?:embed|gecko)[^/:]*):predict$/

/** POST /publishers/google/models/{model}:predict of Vertex AI's embeddings, which count tokens for each text. */
export const vertexEmbed: UsageReader = {
  shape: 'vertex-embed',
  provider: 'vertex_ai',
  callType: 'aembedding',
  hints: ['statistics'],
  match: (path) => (PREDICT.test(plainPath(path)) ? '/publishers/google/models/{model}:predict' : undefined),
  modelIn(path) {
    const model = PREDICT.exec(plainPath(path))?.[1]
    return model === undefined ? undefined : decode(model)
  },
  read(document, sofar) {
    const counted = objects(document.predictions).map(({ embeddings }) => object(object(embeddings).statistics))
    const tokens = counted.reduce((sum, { token_count }) => sum + count(token_count), 0)
    return tokens === 0 ? sofar : usageOf({ promptTokens: tokens, raw: { token_count: tokens } })
  },
  idOf: () => undefined,
}
