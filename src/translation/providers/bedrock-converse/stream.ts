import type { Json } from '../../../types.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatDelta, ChatRequest, ChatToolCallDelta } from '../../chat.ts'
import { type ChunkMaker, createChunkMaker } from '../../common/answers.ts'
import { JSON_TOOL } from '../../common/json-tool.ts'
import { CUT_STREAM, streamErrorOf } from '../../common/provider-error.ts'
import type { Renaming } from '../../common/renaming.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { finishReasonOf, usageOf } from './answer.ts'
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

interface OpenCall {
  /** Which of the message, from 0. `undefined`: its input is the text of the answer. */
  readonly index: number | undefined
  hasInput: boolean
}

/** ConverseStream's events as chunks. They are told apart by their members: frames name them in a header. */
export class ConverseStream implements ProviderStream {
  readonly #chunks: ChunkMaker
  readonly #names: Renaming
  readonly #isJsonAsked: boolean
  readonly #openCalls = new Map<unknown, OpenCall>()
  #calls = 0
  #thoughtCharacters = 0
  #stop: Json | undefined
  #metadata: Json | undefined
  #hasEnded = false

  constructor(asked: ChatRequest, context: TranslationContext) {
    this.#chunks = createChunkMaker(context)
    this.#names = toolNamesOf(asked)
    this.#isJsonAsked = isJsonToolAsked(asked, context)
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
    return index === undefined ? [] : this.#close(index)
  }

  end(): StreamPiece[] {
    if (this.#hasEnded) return []
    this.#hasEnded = true
    if (!this.#stop) return [{ error: CUT_STREAM }]
    const { additionalModelResponseFields } = this.#stop
    const found = this.#metadata && { additionalModelResponseFields, ...this.#metadata }
    return found ? [this.#chunks.usage(usageOf(found, this.#thoughtCharacters))] : []
  }

  #start(index: unknown, { toolUseId, name }: Json): StreamPiece[] {
    if (name === undefined) return []
    const isAnswer = this.#isJsonAsked && name === JSON_TOOL
    const call = { index: isAnswer ? undefined : this.#calls++, hasInput: false }
    this.#openCalls.set(index, call)
    const called = { name: this.#names.back(String(name)), arguments: '' }
    return call.index === undefined
      ? []
      : this.#call(call.index, { id: String(toolUseId), type: 'function', function: called })
  }

  #continue(index: unknown, delta: Json): StreamPiece[] {
    if (delta.toolUse != null) return this.#input(this.#openCalls.get(index), object(delta.toolUse).input)
    if (delta.reasoningContent != null) return this.#think(object(delta.reasoningContent))
    if (delta.citation != null) return this.#delta({ provider_specific_fields: { citation: delta.citation } })
    return this.#say(delta.text)
  }

  #think({ text: found, signature, redactedContent }: Json): StreamPiece[] {
    if (typeof redactedContent === 'string') {
      return this.#delta({ thinking_blocks: [{ type: 'redacted_thinking', data: redactedContent }] })
    }
    if (typeof signature === 'string') {
      return this.#delta({ thinking_blocks: [{ type: 'thinking', thinking: '', signature }] })
    }
    const thinking = text(found)
    if (thinking === undefined) return []
    this.#thoughtCharacters += thinking.length
    return this.#delta({ reasoning_content: thinking, thinking_blocks: [{ type: 'thinking', thinking }] })
  }

  /** A call without arguments gets an empty object: clients that parse what they got would fail. */
  #close(index: unknown): StreamPiece[] {
    const call = this.#openCalls.get(index)
    this.#openCalls.delete(index)
    return call && !call.hasInput ? this.#input(call, '{}') : []
  }

  #finish(document: Json): StreamPiece[] {
    if (this.#stop) return []
    this.#stop = document
    const owed = [...this.#openCalls.keys()].flatMap((index) => this.#close(index))
    const reason = finishReasonOf(document.stopReason)
    const isAnswer = reason === 'tool_calls' && this.#isJsonAsked && this.#calls === 0
    return [...owed, this.#chunks.finish(isAnswer ? 'stop' : reason)]
  }

  #input(call: OpenCall | undefined, piece: unknown): StreamPiece[] {
    const json = text(piece)
    if (!call || json === undefined) return []
    call.hasInput = true
    return call.index === undefined ? this.#say(json) : this.#call(call.index, { function: { arguments: json } })
  }

  #say(content: unknown): StreamPiece[] {
    return text(content) === undefined ? [] : this.#delta({ content: String(content) })
  }

  #call(index: number, said: Omit<ChatToolCallDelta, 'index'>): StreamPiece[] {
    return this.#delta({ tool_calls: [{ index, ...said }] })
  }

  #delta(delta: ChatDelta): StreamPiece[] {
    return [this.#chunks.delta(delta)]
  }
}
