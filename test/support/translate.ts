import type { ChatChunk, ChatDelta, ChatError, ChatRequest, FinishReason } from '../../src/translation/chat.ts'
import type { ClientApi, ProviderApi, StreamPiece, TranslationContext } from '../../src/translation/translation.ts'
import type { Json } from '../../src/types.ts'

export interface TestContext extends TranslationContext {
  /** What was lost so far. */
  readonly lost: string[]
}

/** A context whose ids count from 1. */
export function testContext(known: Partial<TranslationContext> = {}): TestContext {
  const lost: string[] = []
  let ids = 0
  return {
    model: 'qwen',
    askedShape: 'openai-chat',
    provider: 'hosted_vllm',
    facts: {},
    params: {},
    losses: { add: (parameter) => void lost.push(parameter) },
    lost,
    modelGroup: 'the-model',
    createdAt: 1,
    callId: '00000000-0000-4000-8000-000000000001',
    deploymentId: 'the-deployment',
    newId: (prefix) => `${prefix}${++ids}`,
    ...known,
  }
}

/** The data of a stream of server-sent events, parsed, without `[DONE]`. */
export function documentsOf(sse: string): Json[] {
  return eventsOf(sse).map(({ data }) => data)
}

export interface SentEvent {
  readonly event?: string
  readonly data: Json
}

export function eventsOf(sse: string): SentEvent[] {
  return sse
    .split(/\r?\n\r?\n/)
    .filter((frame) => frame.trim() !== '')
    .map((frame) => {
      const lines = frame.split(/\r?\n/)
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7)
      const data = lines.find((line) => line.startsWith('data: '))!.slice(6)
      return { event, data }
    })
    .filter(({ data }) => data !== '[DONE]')
    .map(({ event, data }) => ({ ...(event ? { event } : {}), data: JSON.parse(data) as Json }))
}

/** A provider's stream as the client gets it, document by document. */
export function streamed(
  [client, provider]: readonly [ClientApi, ProviderApi],
  documents: readonly Json[],
  asked: Json,
  context: TranslationContext,
): string {
  const chat: ChatRequest = client.request(asked, context)
  const source = provider.stream(chat, context)
  const sink = client.stream(asked, context)
  const pieces: StreamPiece[] = documents.flatMap((document) => source.event(document))
  return [...pieces, ...source.end()].map((piece) => sink.piece(piece)).join('') + sink.end()
}

/** What the client gets of pieces of the pivot. */
export function framesOf(client: ClientApi, pieces: readonly StreamPiece[], asked: Json, context = testContext()) {
  const sink = client.stream(asked, context)
  return pieces.map((piece) => sink.piece(piece)).join('') + sink.end()
}

export function errorPiece(error: Partial<ChatError> = {}): StreamPiece {
  return { error: { status: 500, message: 'engine died', ...error } }
}

/** A chunk of the pivot with one delta. */
export function chunk(delta: ChatDelta, finish: FinishReason | null = null, more: object = {}): ChatChunk {
  return { ...CHUNK, choices: [{ index: 0, delta, finish_reason: finish, ...more }] }
}

/** The chunk that ends a stream with its usage. */
export function usageChunk(prompt = 10, completion = 20, details: object = {}): ChatChunk {
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...details }
  return { ...CHUNK, choices: [], usage }
}

const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'qwen' } as const

/** A model that thinks, says something and calls two tools, the second without arguments. */
export const TALKATIVE: readonly ChatChunk[] = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'hm', thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] }),
  chunk({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'sig' }] }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
  chunk({ tool_calls: [{ index: 1, id: 'call_2', type: 'function', function: { name: 'noargs', arguments: '' } }] }),
  chunk({}, 'tool_calls'),
  usageChunk(10, 20, { prompt_tokens_details: { cached_tokens: 4 } }),
]

/** A fetch that answers this, whatever is asked. `asked` gets the bodies. */
export function fetchOf(answer: string | object, asked: Json[] = [], status = 200): typeof fetch {
  return async (_, init) => {
    if (typeof init?.body === 'string') asked.push(JSON.parse(init.body))
    const [body, type] =
      typeof answer === 'string' ? [answer, 'text/event-stream'] : [JSON.stringify(answer), 'application/json']
    return new Response(body, { status, headers: { 'content-type': type } })
  }
}
