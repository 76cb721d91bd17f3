import type { Json, Usage } from '../../../types.ts'
import { anthropicMessages } from '../../../usage/shapes/anthropic-messages.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatDelta, ChatRequest, ChatToolCallDelta } from '../../chat.ts'
import { type ChunkMaker, createChunkMaker } from '../../common/answers.ts'
import { withReasoning } from '../../common/chat-usage.ts'
import { JSON_TOOL } from '../../common/json-tool.ts'
import { CUT_STREAM, streamErrorOf } from '../../common/provider-error.ts'
import type { Renaming } from '../../common/renaming.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { finishReasonOf } from './answer.ts'
import { isJsonToolAsked, toolNamesOf } from './tools.ts'

/** The status that Anthropic answers with each type of error. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** A block of the answer that is being written: a call. */
interface OpenCall {
  /** Which of the message, from 0. `undefined`: its input is the text of the answer. */
  readonly index: number | undefined
  /** The input that came with its start. It is said at the end if no piece of it comes. */
  readonly input: unknown
  hasInput: boolean
}

/** Anthropic's stream of events as chunks. */
export class MessagesStream implements ProviderStream {
  readonly #chunks: ChunkMaker
  readonly #names: Renaming
  readonly #isJsonAsked: boolean
  readonly #openCalls = new Map<unknown, OpenCall>()
  #calls = 0
  #thoughtCharacters = 0
  #usage: Usage | undefined
  #state: 'open' | 'finished' | 'ended' = 'open'

  constructor(asked: ChatRequest, context: TranslationContext) {
    this.#chunks = createChunkMaker(context)
    this.#names = toolNamesOf(asked)
    this.#isJsonAsked = isJsonToolAsked(asked, context)
  }

  event(document: Json): StreamPiece[] {
    if (this.#state === 'ended') return []
    this.#usage = anthropicMessages.read(document, this.#usage)
    switch (document.error ? 'error' : document.type) {
      case 'message_start':
        this.#chunks.named(text(object(document.message).id))
        return []
      case 'content_block_start':
        return this.#start(document.index, object(document.content_block))
      case 'content_block_delta':
        return this.#continue(document.index, object(document.delta))
      case 'content_block_stop':
        return this.#stop(document.index)
      case 'message_delta':
        return this.#finish(object(document.delta).stop_reason)
      case 'message_stop':
        return [...this.#finish('end_turn'), ...this.end()]
      case 'error':
        this.#state = 'ended'
        return [{ error: streamErrorOf(document, STATUSES) }]
      default:
        return []
    }
  }

  end(): StreamPiece[] {
    if (this.#state === 'ended') return []
    const isWhole = this.#state === 'finished'
    this.#state = 'ended'
    if (!isWhole) return [{ error: CUT_STREAM }]
    return this.#usage ? [this.#chunks.usage(withReasoning(this.#usage, this.#thoughtCharacters))] : []
  }

  #start(index: unknown, block: Json): StreamPiece[] {
    switch (block.type) {
      case 'tool_use':
        return this.#startCall(index, block)
      case 'redacted_thinking':
        return this.#delta({ thinking_blocks: [{ type: 'redacted_thinking', data: String(block.data ?? '') }] })
      case 'text':
        return this.#say(block.text)
      case 'thinking':
        return this.#think(block.thinking)
      default:
        return []
    }
  }

  #startCall(index: unknown, { id, name, input }: Json): StreamPiece[] {
    const isAnswer = this.#isJsonAsked && name === JSON_TOOL
    const call = { index: isAnswer ? undefined : this.#calls++, input, hasInput: false }
    this.#openCalls.set(index, call)
    const called = { name: this.#names.back(String(name)), arguments: '' }
    return call.index === undefined
      ? []
      : this.#call(call.index, { id: String(id), type: 'function', function: called })
  }

  #continue(index: unknown, delta: Json): StreamPiece[] {
    switch (delta.type) {
      case 'text_delta':
        return this.#say(delta.text)
      case 'thinking_delta':
        return this.#think(delta.thinking)
      case 'signature_delta':
        return this.#delta({
          thinking_blocks: [{ type: 'thinking', thinking: '', signature: String(delta.signature) }],
        })
      case 'input_json_delta':
        return this.#input(this.#openCalls.get(index), delta.partial_json)
      case 'citations_delta':
        return this.#delta({ provider_specific_fields: { citation: delta.citation } })
      default:
        return []
    }
  }

  /** A call without arguments gets an empty object: clients that parse what they got would fail. */
  #stop(index: unknown): StreamPiece[] {
    const call = this.#openCalls.get(index)
    this.#openCalls.delete(index)
    return call && !call.hasInput ? this.#input(call, JSON.stringify(call.input ?? {})) : []
  }

  #finish(stopReason: unknown): StreamPiece[] {
    if (stopReason == null || this.#state !== 'open') return []
    this.#state = 'finished'
    const owed = [...this.#openCalls.keys()].flatMap((index) => this.#stop(index))
    const reason = finishReasonOf(stopReason)
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

  #think(found: unknown): StreamPiece[] {
    const thinking = text(found)
    if (thinking === undefined) return []
    this.#thoughtCharacters += thinking.length
    return this.#delta({ reasoning_content: thinking, thinking_blocks: [{ type: 'thinking', thinking }] })
  }

  #call(index: number, said: Omit<ChatToolCallDelta, 'index'>): StreamPiece[] {
    return this.#delta({ tool_calls: [{ index, ...said }] })
  }

  #delta(delta: ChatDelta): StreamPiece[] {
    return [this.#chunks.delta(delta)]
  }
}
