import type { Json } from '../../../types.ts'
import type { ChatChunk, ChatUsage, FinishReason } from '../../chat.ts'
import type { ClientStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { messagesError } from '../errors.ts'
import { type Block, type BlockStep, NestedBlocks } from '../nested-blocks.ts'
import { clientNames } from './tools.ts'
import { messageUsage, stopOf } from './usage.ts'

/** The events of a message, in Anthropic's order. The last two wait for the usage, which comes last. */
export class MessagesStream implements ClientStream {
  readonly #asked: Json
  readonly #context: TranslationContext
  readonly #nameOf: (name: string) => string
  readonly #blocks = new NestedBlocks()
  #state: 'new' | 'open' | 'ended' = 'new'
  #finish: FinishReason | null = null
  #stopper: unknown
  #usage: ChatUsage | null | undefined
  #called = false
  #refused = false

  constructor(asked: Json, context: TranslationContext) {
    this.#asked = asked
    this.#context = context
    this.#nameOf = clientNames(asked)
  }

  piece(piece: StreamPiece): string {
    if (this.#state === 'ended') return ''
    if (!isError(piece)) return this.#chunk(piece)
    this.#state = 'ended'
    return frame('error', messagesError(piece.error))
  }

  end(): string {
    if (this.#state === 'ended') return ''
    const opening = this.#open()
    this.#state = 'ended'
    const closing = this.#blocks.end().map((step) => this.#frameOf(step))
    const ending = { finish: this.#finish, stopper: this.#stopper, called: this.#called, refused: this.#refused }
    const delta = { type: 'message_delta', delta: stopOf(ending, this.#asked), usage: messageUsage(this.#usage) }
    return opening + closing.join('') + frame('message_delta', delta) + frame('message_stop', { type: 'message_stop' })
  }

  #chunk(chunk: ChatChunk): string {
    const choice = chunk.choices[0]
    if (chunk.usage) this.#usage = chunk.usage
    let frames = this.#open()
    if (choice) {
      for (const step of this.#blocks.push(choice.delta)) frames += this.#frameOf(step)
      if (choice.finish_reason) this.#finish = choice.finish_reason
      if (choice.stop_reason != null) this.#stopper = choice.stop_reason
    } else if (chunk.usage && this.#finish) frames += this.end()
    return frames
  }

  #open(): string {
    if (this.#state !== 'new') return ''
    this.#state = 'open'
    const message = {
      id: this.#context.newId('msg_'),
      type: 'message',
      role: 'assistant',
      content: [],
      model: this.#context.modelGroup,
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    }
    return frame('message_start', { type: 'message_start', message })
  }

  #frameOf(step: BlockStep): string {
    const { block } = step
    const { index } = block
    if (step.step === 'annotation') return ''
    if (step.step === 'close') return frame('content_block_stop', { type: 'content_block_stop', index })
    if (step.step === 'open') {
      if (block.kind === 'tool') this.#called = true
      if (block.kind === 'refusal') this.#refused = true
      // Redacted thinking has no deltas: it opens with its data.
      if (block.kind === 'redacted') return ''
      return startOf(index, this.#startOf(block))
    }
    if (block.kind === 'redacted') return startOf(index, { type: 'redacted_thinking', data: step.text })
    const delta =
      step.step === 'signature' ? { type: 'signature_delta', signature: step.text } : deltaOf(block, step.text)
    return frame('content_block_delta', { type: 'content_block_delta', index, delta })
  }

  #startOf({ kind, id, name }: Block): Json {
    if (kind === 'tool') return { type: 'tool_use', id, name: this.#nameOf(name), input: {} }
    return kind === 'thinking' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' }
  }
}

function deltaOf({ kind }: Block, text: string): Json {
  if (kind === 'tool') return { type: 'input_json_delta', partial_json: text }
  return kind === 'thinking' ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text }
}

function startOf(index: number, block: Json): string {
  return frame('content_block_start', { type: 'content_block_start', index, content_block: block })
}

function frame(event: string, data: Json): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

function isError(piece: StreamPiece): piece is Exclude<StreamPiece, ChatChunk> {
  return 'error' in piece && piece.error !== undefined
}
