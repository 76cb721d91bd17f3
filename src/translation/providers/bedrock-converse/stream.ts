import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { BlockStream } from '../../common/block-stream.ts'
import { CUT_STREAM, streamErrorOf } from '../../common/provider-error.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { annotationOf, finishReasonOf, usageOf } from './answer.ts'
import { isJsonToolAsked, toolNamesOf } from './tools.ts'

/** The status of each exception within a stream. */
const STATUSES: Readonly<Record<string, number>> = {
  validationException: 400,
  accessDeniedException: 403,
  resourceNotFoundException: 404,
  modelTimeoutException: 408,
  modelStreamErrorException: 424,
  modelErrorException: 424,
  throttlingException: 429,
  modelNotReadyException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
}

/** ConverseStream's events as chunks. They are told apart by their members: frames name them in a header. */
export class ConverseStream implements ProviderStream {
  readonly #blocks: BlockStream
  #stop: Json | undefined
  #metadata: Json | undefined
  #hasEnded = false

  constructor(asked: ChatRequest, context: TranslationContext) {
    const isJsonAsked = isJsonToolAsked(asked, context)
    this.#blocks = new BlockStream({ context, names: toolNamesOf(asked), isJsonAsked })
  }

  event(document: Json): StreamPiece[] {
    if (this.#hasEnded) return []
    if (document.error != null) {
      this.#hasEnded = true
      return [{ error: streamErrorOf(document, STATUSES) }]
    }
    if (document.usage != null) this.#metadata = document
    if (document.stopReason != null) return this.#finish(document)
    const { contentBlockIndex: index } = document
    if (document.start != null) return this.#start(index, object(object(document.start).toolUse))
    if (document.delta != null) return this.#continue(index, object(document.delta))
    return index === undefined ? [] : this.#blocks.stop(index)
  }

  end(): StreamPiece[] {
    if (this.#hasEnded) return []
    this.#hasEnded = true
    if (!this.#stop) return [{ error: CUT_STREAM }]
    const { chunks, thoughtCharacters } = this.#blocks
    const { additionalModelResponseFields } = this.#stop
    const found = this.#metadata && { additionalModelResponseFields, ...this.#metadata }
    return found ? [chunks.usage(usageOf(found, thoughtCharacters))] : []
  }

  #start(index: unknown, { toolUseId: id, name }: Json): StreamPiece[] {
    return name === undefined ? [] : this.#blocks.startCall(index, { id, name })
  }

  #continue(index: unknown, delta: Json): StreamPiece[] {
    if (delta.toolUse != null) return this.#blocks.input(index, object(delta.toolUse).input)
    if (delta.reasoningContent != null) return this.#think(object(delta.reasoningContent))
    if (delta.citation != null) return this.#blocks.cite(delta.citation, annotationOf(object(delta.citation)))
    return this.#blocks.say(delta.text)
  }

  #think({ text: found, signature, redactedContent }: Json): StreamPiece[] {
    if (typeof redactedContent === 'string') return this.#blocks.redact(redactedContent)
    return typeof signature === 'string' ? this.#blocks.sign(signature) : this.#blocks.think(found)
  }

  #finish(document: Json): StreamPiece[] {
    if (this.#stop) return []
    this.#stop = document
    return this.#blocks.finish(finishReasonOf(document.stopReason))
  }
}
