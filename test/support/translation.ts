import { readFileSync } from 'node:fs'
import type { ChatAnswer, ChatChunk, ChatError, ChatMessage, ChatRequest } from '../../src/translation/chat.ts'
import type { ModelFacts, ProviderApi, StreamPiece, TranslationContext } from '../../src/translation/translation.ts'
import type { Json } from '../../src/types.ts'
import { awsEventStream } from '../../src/usage/streams/aws-event-stream.ts'

export interface RecordedCase {
  readonly name: string
  readonly provider: string
  readonly model: string
  readonly facts: ModelFacts
  readonly request: ChatRequest
  readonly upstream: Upstream
  readonly wire?: { readonly path: string; readonly body: Json }
  readonly answer?: { readonly response?: Json; readonly chunks?: readonly Json[] }
  readonly note?: string
}

interface Upstream {
  readonly status: number
  readonly body?: Json
  readonly sse?: string
  /** Messages of an AWS event stream, base64. */
  readonly frames?: string
}

/** What the real LiteLLM sent and answered; `test/fixtures/translation/<api>.json`. */
export function recordedCases(api: string): readonly RecordedCase[] {
  const file = JSON.parse(readFileSync(`test/fixtures/translation/${api}.json`, 'utf8'))
  return file.cases.map((found: Json) => ({
    ...found,
    facts: file.facts[String(found.model)] ?? {},
    upstream: file.upstreams[String(found.upstream)],
    answer: file.answers[String(found.answer)],
  }))
}

export interface TestContext extends TranslationContext {
  readonly lost: Set<string>
}

export function testContext(known: Partial<TranslationContext> = {}): TestContext {
  const lost = new Set<string>()
  let ids = 0
  return {
    model: 'the-model',
    askedShape: 'anthropic-messages',
    provider: 'anthropic',
    facts: {},
    params: {},
    losses: { add: (name) => void lost.add(name) },
    modelGroup: 'group',
    createdAt: 1_700_000_000,
    callId: '00000000-0000-4000-8000-000000000001',
    deploymentId: 'the-deployment',
    newId: (prefix) => `${prefix}${++ids}`,
    ...known,
    lost,
  }
}

export function documentsOf({ sse, frames }: Upstream): readonly Json[] {
  if (frames !== undefined) return awsDocuments(Buffer.from(frames, 'base64'))
  return (sse ?? '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice(6)))
}

function awsDocuments(bytes: Buffer): readonly Json[] {
  const documents: Json[] = []
  const sink = {
    frame: (frame: Buffer) => void documents.push(JSON.parse(String(awsEventStream.payload(frame)))),
    passOver: () => undefined,
  }
  const cutter = awsEventStream.cut(sink as Parameters<typeof awsEventStream.cut>[0], 1e6)
  cutter.push(bytes)
  cutter.end()
  return documents
}

export function piecesOf(
  api: ProviderApi,
  documents: readonly Json[],
  asked: ChatRequest,
  context: TranslationContext,
): readonly StreamPiece[] {
  const stream = api.stream(asked, context)
  return [...documents.flatMap((document) => stream.event(document)), ...stream.end()]
}

export interface Said {
  readonly message: ChatMessage
  readonly finishReason: string | null
  readonly usage: unknown
  readonly error?: ChatError
}

/** The chunks put together, as a client does it. */
export function saidIn(pieces: readonly (StreamPiece | Json)[]): Said {
  const message: Record<string, unknown> & { calls: Call[] } = { role: undefined, calls: [] }
  let finishReason: string | null = null
  let usage: unknown
  let error: ChatError | undefined
  for (const piece of pieces as readonly (ChatChunk & { error?: ChatError })[]) {
    error ??= piece.error
    usage = piece.usage ?? usage
    for (const choice of piece.choices ?? []) {
      finishReason = choice.finish_reason ?? finishReason
      addDelta(message, choice.delta as Json)
    }
  }
  const { calls, ...rest } = message
  const tool_calls = calls.length > 0 ? { tool_calls: calls } : {}
  return { message: { ...rest, ...tool_calls } as unknown as ChatMessage, finishReason, usage, ...(error && { error }) }
}

interface Call {
  id?: unknown
  index: number
  type: string
  function: { name: string; arguments: string }
}

function addDelta(message: Record<string, unknown> & { calls: Call[] }, delta: Json): void {
  for (const name of ['content', 'reasoning_content']) {
    if (typeof delta[name] === 'string') message[name] = String(message[name] ?? '') + delta[name]
  }
  if (delta.role) message.role = delta.role
  if (delta.thinking_blocks) message.thinking_blocks = joined(message.thinking_blocks, delta.thinking_blocks)
  for (const { index, id, function: called } of (delta.tool_calls ?? []) as (Call & { index: number })[]) {
    const call = message.calls[index] ?? { index, type: 'function', function: { name: '', arguments: '' } }
    message.calls[index] = call
    if (id !== undefined) call.id = id
    call.function.name += called.name ?? ''
    call.function.arguments += called.arguments ?? ''
  }
}

function joined(before: unknown, now: unknown): unknown {
  const blocks = [...((before as Record<string, string>[]) ?? [])]
  for (const block of now as Record<string, string>[]) {
    const last = blocks.at(-1)
    const goesOn = block.type === 'thinking' && last?.type === 'thinking' && last.signature === undefined
    if (goesOn) blocks[blocks.length - 1] = { ...last, ...block, thinking: `${last.thinking}${block.thinking}` }
    else blocks.push(block)
  }
  return blocks
}

/** What of an answer has to be the same for every gateway. */
export function essence(message: ChatMessage, finishReason: unknown, found: unknown) {
  const usage = (found ?? {}) as Record<string, Json | number | undefined>
  const details = usage.prompt_tokens_details as Json | undefined
  return {
    content: unspaced(message.content || null),
    reasoning: message.reasoning_content || null,
    thinking: (message.thinking_blocks ?? []).map((block) => ({ ...block })),
    calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: json } }) => ({
      id: String(id).replace(/^call_[0-9a-z_]*?(?=__thought__|$)/, 'call_made_up'),
      name,
      arguments: JSON.parse(json),
    })),
    finishReason,
    usage: {
      prompt: usage.prompt_tokens,
      completion: usage.completion_tokens,
      total: usage.total_tokens,
      cached: details?.cached_tokens ?? 0,
      written: usage.cache_creation_input_tokens ?? 0,
    },
  }
}

/** Python writes JSON with spaces. */
function unspaced(content: unknown): unknown {
  try {
    return JSON.stringify(JSON.parse(String(content)))
  } catch {
    return content
  }
}

export function essenceOfAnswer(answer: ChatAnswer | Json) {
  const { choices, usage } = answer as ChatAnswer
  return essence(choices[0]!.message, choices[0]!.finish_reason, usage)
}

export function essenceOfStream(pieces: readonly (StreamPiece | Json)[]) {
  const { message, finishReason, usage } = saidIn(pieces)
  return essence(message, finishReason, usage)
}
