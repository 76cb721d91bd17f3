import type { Json, Usage } from '../../../types.ts'
import { ollamaChat } from '../../../usage/shapes/ollama.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatToolCall, FinishReason } from '../../chat.ts'
import { type ChunkMaker, chatAnswer, createChunkMaker } from '../../common/answers.ts'
import { defined } from '../../common/members.ts'
import { CUT_STREAM, chatErrorOf } from '../../common/provider-error.ts'
import { argumentsText } from '../../tool-arguments.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'

/** A whole answer of Ollama's. It gives neither answers nor calls an id. */
export function chatAnswerOf(body: Json, context: TranslationContext): ChatAnswer {
  const { content, reasoning_content, tool_calls } = saidIn(body, 0, context)
  const message = {
    content: content ?? null,
    ...(reasoning_content ? { reasoning_content } : {}),
    ...(tool_calls ? { tool_calls } : {}),
  }
  const finishReason = finishReasonOf(body.done_reason, tool_calls !== undefined)
  return chatAnswer(
    { id: undefined, choices: [{ message, finishReason }], usage: ollamaChat.read(body, undefined) },
    context,
  )
}

function finishReasonOf(reason: unknown, hasCalls: boolean): FinishReason {
  if (reason === 'length') return 'length'
  return hasCalls ? 'tool_calls' : 'stop'
}

interface Said {
  readonly content?: string
  readonly reasoning_content?: string
  readonly tool_calls?: readonly (ChatToolCall & { readonly index: number })[]
}

function saidIn({ message }: Json, firstCall: number, context: TranslationContext): Said {
  const { content, thinking, tool_calls } = object(message)
  const calls = objects(tool_calls).map((call, n) => callOf(object(call.function), firstCall + n, context))
  return defined({
    content: text(content),
    reasoning_content: text(thinking),
    tool_calls: calls.length > 0 ? calls : undefined,
  })
}

function callOf({ name, arguments: found }: Json, index: number, context: TranslationContext) {
  const called = { name: String(name), arguments: argumentsText(found) }
  return { index, id: context.newId('call_'), type: 'function' as const, function: called }
}

/** Ollama's lines as chunks. Calls arrive whole; the last line counts. */
export class OllamaStream implements ProviderStream {
  readonly #context: TranslationContext
  readonly #chunks: ChunkMaker
  #calls = 0
  #usage: Usage | undefined
  #state: 'open' | 'finished' | 'ended' = 'open'

  constructor(context: TranslationContext) {
    this.#context = context
    this.#chunks = createChunkMaker(context)
  }

  event(document: Json): StreamPiece[] {
    if (this.#state === 'ended') return []
    if (document.error != null) {
      this.#state = 'ended'
      return [{ error: chatErrorOf(500, document) }]
    }
    this.#usage = ollamaChat.read(document, this.#usage)
    const said = saidIn(document, this.#calls, this.#context)
    this.#calls += said.tool_calls?.length ?? 0
    const pieces = Object.keys(said).length > 0 ? [this.#chunks.delta({ ...said })] : []
    if (document.done !== true || this.#state !== 'open') return pieces
    this.#state = 'finished'
    return [...pieces, this.#chunks.finish(finishReasonOf(document.done_reason, this.#calls > 0))]
  }

  end(): StreamPiece[] {
    if (this.#state === 'ended') return []
    const isWhole = this.#state === 'finished'
    this.#state = 'ended'
    if (!isWhole) return [{ error: CUT_STREAM }]
    return this.#usage ? [this.#chunks.usage(this.#usage)] : []
  }
}
