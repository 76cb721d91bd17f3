import type { Json, Usage } from '../../../types.ts'
import { cohereChat } from '../../../usage/shapes/cohere.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatDelta } from '../../chat.ts'
import { type ChunkMaker, createChunkMaker } from '../../common/answers.ts'
import { CUT_STREAM, chatErrorOf } from '../../common/provider-error.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { annotationsOf, finishReasonOf } from './answer.ts'

interface OpenCall {
  readonly index: number
  hasInput: boolean
}

/** Cohere's stream of events as chunks. */
export class CohereStream implements ProviderStream {
  readonly #chunks: ChunkMaker
  readonly #openCalls = new Map<unknown, OpenCall>()
  #calls = 0
  #usage: Usage | undefined
  #state: 'open' | 'finished' | 'ended' = 'open'

  constructor(context: TranslationContext) {
    this.#chunks = createChunkMaker(context)
  }

  event(document: Json): StreamPiece[] {
    if (this.#state !== 'open') return []
    const delta = object(document.delta)
    const message = object(delta.message)
    if (document.error != null || delta.error != null) return this.#fail(delta.error == null ? document : delta)
    this.#usage = cohereChat.read(document, this.#usage)
    switch (document.type) {
      case 'message-start':
        this.#chunks.named(text(document.id))
        return []
      case 'content-start':
      case 'content-delta':
        return this.#content(object(message.content))
      case 'tool-plan-delta':
        return text(message.tool_plan) ? this.#delta({ reasoning_content: String(message.tool_plan) }) : []
      case 'tool-call-start':
        return this.#startCall(document.index, object(message.tool_calls))
      case 'tool-call-delta':
        return this.#input(document.index, object(object(message.tool_calls).function).arguments)
      case 'tool-call-end':
        return this.#closeCall(document.index)
      case 'citation-start':
        return this.#delta({ annotations: annotationsOf([object(message.citations)]) })
      case 'message-end':
        return this.#finish(delta.finish_reason)
      default:
        return []
    }
  }

  end(): StreamPiece[] {
    if (this.#state === 'ended') return []
    const isWhole = this.#state === 'finished'
    this.#state = 'ended'
    if (!isWhole) return [{ error: CUT_STREAM }]
    return this.#usage ? [this.#chunks.usage(this.#usage)] : []
  }

  #fail(document: Json): StreamPiece[] {
    this.#state = 'ended'
    return [{ error: chatErrorOf(500, document) }]
  }

  #content({ text: said, thinking }: Json): StreamPiece[] {
    if (text(thinking)) return this.#delta({ reasoning_content: String(thinking) })
    return text(said) ? this.#delta({ content: String(said) }) : []
  }

  #startCall(at: unknown, { id, function: called }: Json): StreamPiece[] {
    const index = this.#calls++
    this.#openCalls.set(at, { index, hasInput: false })
    const { name, arguments: json } = object(called)
    const begun = { index, id: String(id), type: 'function' as const, function: { name: String(name), arguments: '' } }
    return [...this.#delta({ tool_calls: [begun] }), ...this.#input(at, json)]
  }

  #input(at: unknown, piece: unknown): StreamPiece[] {
    const call = this.#openCalls.get(at)
    const json = text(piece)
    if (!call || json === undefined) return []
    call.hasInput = true
    return this.#delta({ tool_calls: [{ index: call.index, function: { arguments: json } }] })
  }

  /** A call without arguments gets an empty object: clients that parse what they got would fail. */
  #closeCall(at: unknown): StreamPiece[] {
    const owed = this.#openCalls.get(at)?.hasInput === false ? this.#input(at, '{}') : []
    this.#openCalls.delete(at)
    return owed
  }

  #finish(reason: unknown): StreamPiece[] {
    const owed = [...this.#openCalls.keys()].flatMap((at) => this.#closeCall(at))
    this.#state = 'finished'
    return [...owed, this.#chunks.finish(finishReasonOf(reason))]
  }

  #delta(delta: ChatDelta): StreamPiece[] {
    return [this.#chunks.delta(delta)]
  }
}
