import { deploymentIn, matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, type UsageReader } from './reader.ts'

/** POST /embeddings. Input only. */
export const openaiEmbeddings: UsageReader = {
  shape: 'openai-embeddings',
  callType: 'aembedding',
  match: matchPath('/embeddings'),
  modelIn: deploymentIn,

  read(document, sofar) {
    if (document.usage == null) return sofar
    const usage = openaiUsage(object(document.usage), document)
    return { ...usage, promptTokens: usage.promptTokens || usage.completionTokens, completionTokens: 0 }
  },
}
