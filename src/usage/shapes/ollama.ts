import type { Json, Usage } from '../../types.ts'
import { plainPath } from './match-path.ts'
import { count, type UsageReader, usageOf } from './reader.ts'

/** Ollama's own API: JSON lines whose last one has the counts. It says nothing about input it still had in memory. */
function ollamaReader(shape: string, callType: string, route: string, textKeys: readonly string[]): UsageReader {
  return {
    shape,
    provider: 'ollama',
    callType,
    match: (path) => (plainPath(path).endsWith(route) ? route : undefined),
    // Unlike everywhere else, streaming is what one gets without asking.
    streams: (_, { stream }) => stream !== false && route !== '/api/embed',
    hints: ['prompt_eval_count', 'eval_count'],
    textKeys,
    read,
    idOf: () => undefined,
    isEnd: ({ done }) => done === true,
  }
}

/** POST /api/chat. */
export const ollamaChat = ollamaReader('ollama-chat', 'acompletion', '/api/chat', ['content', 'thinking'])
/** POST /api/generate. */
export const ollamaGenerate = ollamaReader('ollama-generate', 'atext_completion', '/api/generate', [
  'response',
  'thinking',
])
/** POST /api/embed. The older /api/embeddings counts nothing. */
export const ollamaEmbed = ollamaReader('ollama-embed', 'aembedding', '/api/embed', [])

function read(document: Json, sofar: Usage | undefined): Usage | undefined {
  const { prompt_eval_count, eval_count } = document
  if (prompt_eval_count == null && eval_count == null) return sofar
  return usageOf({
    promptTokens: count(prompt_eval_count),
    completionTokens: count(eval_count),
    raw: { prompt_eval_count, eval_count },
  })
}
