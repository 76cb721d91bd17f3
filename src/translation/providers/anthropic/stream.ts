import type { Json, Usage } from '../../../types.ts'
import { anthropicMessages } from '../../../usage/shapes/anthropic-messages.ts'
import { object, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { BlockStream } from '../../common/block-stream.ts'
import { withReasoning } from '../../common/chat-usage.ts'
import { CUT_STREAM, streamErrorOf } from '../../common/provider-error.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { annotationOf, finishReasonOf } from './answer.ts'
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

/** Anthropic's stream of events as chunks. */
export class MessagesStream implements ProviderStream {
  readonly #blocks: BlockStream
  /** Where the text block that is being written begins, in the text of the answer. */
  #textStart = 0
  #usage: Usage | undefined
  #state: 'open' | 'finished' | 'ended' = 'open'

  constructor(asked: ChatRequest, context: TranslationContext) {
    const isJsonAsked = isJsonToolAsked(asked, context)
    this.#blocks = new BlockStream({ context, names: toolNamesOf(asked), isJsonAsked })
  }

  event(document: Json): StreamPiece[] {
    if (this.#state === 'ended') return []
    this.#usage = anthropicMessages.read(document, this.#usage)
    switch (document.error ? 'error' : document.type) {
      case 'message_start':
        this.#blocks.chunks.named(text(object(document.message).id))
        return []
      case 'content_block_start':
        return this.#start(document.index, object(document.content_block))
      case 'content_block_delta':
        return this.#continue(document.index, object(document.delta))
      case 'content_block_stop':
        return this.#blocks.stop(document.index)
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
    const { chunks, thoughtCharacters } = this.#blocks
    return this.#usage ? [chunks.usage(withReasoning(this.#usage, thoughtCharacters))] : []
  }

  #start(index: unknown, block: Json): StreamPiece[] {
    switch (block.type) {
      case 'tool_use':
        return this.#blocks.startCall(index, { id: block.id, name: block.name, input: block.input })
      case 'redacted_thinking':
        return this.#blocks.redact(block.data)
      case 'text':
        this.#textStart = this.#blocks.saidCharacters
        return this.#blocks.say(block.text)
      case 'thinking':
        return this.#blocks.think(block.thinking)
      default:
        return []
    }
  }

  #continue(index: unknown, delta: Json): StreamPiece[] {
    switch (delta.type) {
      case 'text_delta':
        return this.#blocks.say(delta.text)
      case 'thinking_delta':
        return this.#blocks.think(delta.thinking)
      case 'signature_delta':
        return this.#blocks.sign(delta.signature)
      case 'input_json_delta':
        return this.#blocks.input(index, delta.partial_json)
      case 'citations_delta':
        return this.#cite(object(delta.citation))
      default:
        return []
    }
  }

  #cite(citation: Json): StreamPiece[] {
    return this.#blocks.cite(citation, annotationOf(citation, this.#textStart, this.#blocks.saidCharacters))
  }

  #finish(stopReason: unknown): StreamPiece[] {
    if (stopReason == null || this.#state !== 'open') return []
    this.#state = 'finished'
    return this.#blocks.finish(finishReasonOf(stopReason))
  }
}
