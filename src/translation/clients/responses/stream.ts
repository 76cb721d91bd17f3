import type { Json } from '../../../types.ts'
import type { ChatChunk, ChatError, ChatUsage, FinishReason } from '../../chat.ts'
import type { ClientStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { type BlockStep, NestedBlocks } from '../nested-blocks.ts'
import { type ResponseSoFar, responseError, responseId, responseObject, statusOf } from './response.ts'
import { annotationFrame, closeFrames, deltaFrames, itemOf, openFrames } from './stream-items.ts'
import { customNames } from './tools.ts'

/**
 * The events of a response: each item is done before the next is added, and `sequence_number` counts them all. The last
 * event waits for the usage, which comes last.
 */
export class ResponsesStream implements ClientStream {
  readonly #asked: Json
  readonly #context: TranslationContext
  readonly #custom: ReadonlySet<unknown>
  readonly #blocks = new NestedBlocks()
  readonly #output: Json[] = []
  #state: 'new' | 'open' | 'ended' = 'new'
  #sequence = 0
  #id = ''
  #created = 0
  #itemId = ''
  #finish: FinishReason | null = null
  #usage: ChatUsage | null | undefined

  constructor(asked: Json, context: TranslationContext) {
    this.#asked = asked
    this.#context = context
    this.#custom = customNames(asked)
  }

  piece(piece: StreamPiece): string {
    if (this.#state === 'ended') return ''
    return 'error' in piece && piece.error !== undefined
      ? this.#fail(piece.error as ChatError)
      : this.#chunk(piece as ChatChunk)
  }

  end(): string {
    if (this.#state === 'ended') return ''
    const opening = this.#open(undefined)
    this.#state = 'ended'
    const closing = this.#blocks.end().map((step) => this.#framesOf(step))
    const status = statusOf(this.#finish)
    return opening + closing.join('') + this.#frame(`response.${status}`, { response: this.#response(status) })
  }

  #chunk(chunk: ChatChunk): string {
    let frames = this.#open(chunk)
    if (chunk.usage) this.#usage = chunk.usage
    const choice = chunk.choices[0]
    if (choice) {
      for (const step of this.#blocks.push(choice.delta)) frames += this.#framesOf(step)
      if (choice.finish_reason) this.#finish = choice.finish_reason
    } else if (chunk.usage && this.#finish) frames += this.end()
    return frames
  }

  #open(chunk: ChatChunk | undefined): string {
    if (this.#state !== 'new') return ''
    this.#state = 'open'
    this.#id = responseId(chunk?.id ?? this.#context.newId('chatcmpl-'), this.#context)
    this.#created = chunk?.created ?? this.#context.createdAt
    const response = this.#response('in_progress')
    return this.#frame('response.created', { response }) + this.#frame('response.in_progress', { response })
  }

  /** The SDKs throw at the first of both events; others wait for the second. */
  #fail(error: ChatError): string {
    const said = responseError(error)
    const event = this.#frame('error', { ...said, param: error.param ?? null })
    const failed =
      this.#state === 'new' ? '' : this.#frame('response.failed', { response: this.#response('failed', said) })
    this.#state = 'ended'
    return event + failed
  }

  #framesOf(step: BlockStep): string {
    const { block } = step
    const custom = block.kind === 'tool' && this.#custom.has(block.name)
    if (step.step === 'open')
      this.#itemId = this.#context.newId(block.kind === 'thinking' || block.kind === 'redacted' ? 'rs_' : 'msg_')
    const part = { block, custom, id: this.#itemId }
    if (step.step === 'open') return this.#frames(openFrames(part))
    if (step.step === 'text') return this.#frames(deltaFrames(part, step.text))
    if (step.step === 'signature') return ''
    if (step.step === 'annotation') return this.#frames([annotationFrame(part, step.annotation, step.at)])
    const status = this.#state === 'ended' ? statusOf(this.#finish) : 'completed'
    this.#output.push(itemOf(part, status))
    return this.#frames(closeFrames(part, status))
  }

  #response(status: ResponseSoFar['status'], error?: Json): Json {
    const common = { id: this.#id, created: this.#created, finish: this.#finish, usage: this.#usage }
    return responseObject({ ...common, status, output: [...this.#output], error }, this.#asked, this.#context)
  }

  #frames(events: readonly Json[]): string {
    return events.map((event) => this.#frame(String(event.type), event)).join('')
  }

  #frame(type: string, data: Json): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.#sequence++, ...data })}\n\n`
  }
}
