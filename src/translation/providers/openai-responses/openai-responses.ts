import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatChunk, ChatDelta, FinishReason } from '../../chat.ts'
import { CUT_STREAM, openaiErrorOf } from '../../common/provider-error.ts'
import type { ProviderApi, ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { finishOf, openaiResponsesAnswer, thoughtOf, usageOf } from './answer.ts'
import { openaiResponsesRequest } from './request.ts'

/** OpenAI's Responses, where its models show their reasoning and take it back. */
export const openaiResponsesApi: ProviderApi = {
  shape: 'openai-responses',
  request: openaiResponsesRequest,
  answer(body, _, context) {
    if (body.status === 'failed')
      throw new LiteLLMError('upstream_error', { message: openaiErrorOf(500, body).message })
    return openaiResponsesAnswer(body, context)
  },
  stream: (_, context) => new OpenaiResponsesStream(context),
  error: openaiErrorOf,
}

type Read = (event: Json) => ChatDelta | undefined

class OpenaiResponsesStream implements ProviderStream {
  #common = { id: '', object: 'chat.completion.chunk' as const, created: 0, model: '' }
  #state: 'open' | 'finished' | 'failed' = 'open'
  /** The calls, by the item that says them. */
  readonly #calls = new Map<unknown, { readonly index: number; said: boolean }>()
  /** Reasoning whose text has been told already. */
  #thought = ''

  constructor(context: TranslationContext) {
    this.#common = { ...this.#common, id: context.newId('resp_'), created: context.createdAt, model: context.model }
  }

  readonly #deltas: Readonly<Record<string, Read>> = {
    'response.output_text.delta': ({ delta }) => ({ content: String(delta) }),
    'response.refusal.delta': ({ delta }) => ({ refusal: String(delta) }),
    'response.reasoning_summary_part.added': ({ summary_index: part }) => (part ? this.#think('\n\n') : undefined),
    'response.reasoning_summary_text.delta': ({ delta }) => this.#think(String(delta)),
    'response.reasoning_text.delta': ({ delta }) => this.#think(String(delta)),
    'response.output_item.added': ({ item, output_index: at }) => this.#begin(object(item), at),
    'response.function_call_arguments.delta': ({ delta, output_index: at }) => this.#argue(String(delta), at),
    'response.output_item.done': ({ item, output_index: at }) => this.#finishItem(object(item), at),
  }

  event(document: Json): StreamPiece[] {
    const type = String(document.type)
    const response = object(document.response)
    if (type === 'error' || type === 'response.failed') return this.#fail(type === 'error' ? document : response)
    if (type === 'response.created') this.#introduce(response)
    if (type === 'response.completed' || type === 'response.incomplete') return this.#finish(response)
    const delta = this.#deltas[type]?.(document)
    return delta ? [this.#chunk(delta)] : []
  }

  end(): StreamPiece[] {
    return this.#state === 'open' ? [{ error: CUT_STREAM }] : []
  }

  #introduce({ id, created_at: created, model }: Json): void {
    const { id: ownId, created: ownCreated, model: ownModel } = this.#common
    this.#common = {
      ...this.#common,
      id: text(id) ?? ownId,
      created: Number(created ?? ownCreated),
      model: text(model) ?? ownModel,
    }
  }

  #fail(document: Json): StreamPiece[] {
    if (this.#state === 'failed') return []
    this.#state = 'failed'
    return [{ error: openaiErrorOf(500, document) }]
  }

  #finish(response: Json): StreamPiece[] {
    this.#state = 'finished'
    const finish = this.#chunk({}, finishOf(response, this.#calls.size > 0))
    if (!response.usage) return [finish]
    return [finish, { ...this.#common, choices: [], usage: usageOf(object(response.usage)) }]
  }

  #think(delta: string): ChatDelta {
    this.#thought += delta
    return { reasoning_content: delta }
  }

  #begin(item: Json, at: unknown): ChatDelta | undefined {
    if (item.type === 'reasoning') this.#thought = ''
    if (item.type !== 'function_call') return undefined
    const index = this.#calls.size
    const args = text(item.arguments) ?? ''
    this.#calls.set(at, { index, said: args !== '' })
    const called = { name: String(item.name), arguments: args }
    return { tool_calls: [{ index, id: String(item.call_id), type: 'function', function: called }] }
  }

  #argue(delta: string, at: unknown): ChatDelta | undefined {
    const call = this.#calls.get(at)
    if (!call) return undefined
    call.said = true
    return { tool_calls: [{ index: call.index, function: { arguments: delta } }] }
  }

  /** What its deltas have not said. */
  #finishItem(item: Json, at: unknown): ChatDelta | undefined {
    const call = this.#calls.get(at)
    if (call && !call.said && text(item.arguments)) return this.#argue(String(item.arguments), at)
    if (item.type !== 'reasoning') return undefined
    const [block] = thoughtOf(item)
    if (block?.type !== 'thinking') return block && { thinking_blocks: [block] }
    const rest = this.#thought === '' ? block.thinking : ''
    return block.signature || rest ? { thinking_blocks: [{ ...block, thinking: rest }] } : undefined
  }

  #chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
    return { ...this.#common, choices: [{ index: 0, delta, finish_reason: finish }] }
  }
}
