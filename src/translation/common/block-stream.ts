import type { Json } from '../../types.ts'
import { text } from '../../usage/shapes/reader.ts'
import type { ChatDelta, ChatToolCallDelta, FinishReason, ThinkingBlock } from '../chat.ts'
import type { StreamPiece, TranslationContext } from '../translation.ts'
import { type ChunkMaker, createChunkMaker } from './answers.ts'
import { JSON_TOOL } from './json-schema.ts'
import type { Renaming } from './renaming.ts'

export interface BlockStreamOptions {
  readonly context: TranslationContext
  /** Names of tools as the provider was told them. */
  readonly names: Renaming
  /** A tool stands for `response_format`: its input is the text of the answer. */
  readonly isJsonAsked: boolean
}

interface OpenCall {
  /** Which of the message, from 0. `undefined`: its input is the text of the answer. */
  readonly index: number | undefined
  /** The input that came with its start. It is said at the end if no piece of it comes. */
  readonly input: unknown
  hasInput: boolean
}

export interface CallStart {
  readonly id: unknown
  readonly name: unknown
  readonly input?: unknown
}

/**
 * Blocks of text, reasoning and calls as chunks, as Anthropic and Bedrock stream them: each block has an index, and pieces
 * of a call name it.
 */
export class BlockStream {
  readonly chunks: ChunkMaker
  readonly #options: BlockStreamOptions
  readonly #openCalls = new Map<unknown, OpenCall>()
  #calls = 0
  #thoughtCharacters = 0
  #saidCharacters = 0

  constructor(options: BlockStreamOptions) {
    this.#options = options
    this.chunks = createChunkMaker(options.context)
  }

  /** Characters of reasoning so far. */
  get thoughtCharacters(): number {
    return this.#thoughtCharacters
  }

  /** Characters of the answer's text so far. */
  get saidCharacters(): number {
    return this.#saidCharacters
  }

  startCall(block: unknown, { id, name, input }: CallStart): StreamPiece[] {
    const { isJsonAsked, names } = this.#options
    const index = isJsonAsked && name === JSON_TOOL ? undefined : this.#calls++
    this.#openCalls.set(block, { index, input, hasInput: false })
    if (index === undefined) return []
    const called = { name: names.back(String(name)), arguments: '' }
    return this.#call(index, { id: String(id), type: 'function', function: called })
  }

  /** A piece of a call's input, which is JSON. */
  input(block: unknown, piece: unknown): StreamPiece[] {
    const call = this.#openCalls.get(block)
    const json = text(piece)
    if (!call || json === undefined) return []
    call.hasInput = true
    return call.index === undefined ? this.say(json) : this.#call(call.index, { function: { arguments: json } })
  }

  /** A call without arguments gets an empty object: clients that parse what they got would fail. */
  stop(block: unknown): StreamPiece[] {
    const call = this.#openCalls.get(block)
    const owed = call && !call.hasInput ? this.input(block, JSON.stringify(call.input ?? {})) : []
    this.#openCalls.delete(block)
    return owed
  }

  /** The end of the answer, with what is owed of calls that no block has ended. */
  finish(reason: FinishReason): StreamPiece[] {
    const owed = [...this.#openCalls.keys()].flatMap((block) => this.stop(block))
    const isAnswer = reason === 'tool_calls' && this.#options.isJsonAsked && this.#calls === 0
    return [...owed, this.chunks.finish(isAnswer ? 'stop' : reason)]
  }

  say(content: unknown): StreamPiece[] {
    const said = text(content)
    if (said === undefined) return []
    this.#saidCharacters += said.length
    return this.delta({ content: said })
  }

  think(found: unknown): StreamPiece[] {
    const thinking = text(found)
    if (thinking === undefined) return []
    this.#thoughtCharacters += thinking.length
    return this.delta({ reasoning_content: thinking, thinking_blocks: [{ type: 'thinking', thinking }] })
  }

  sign(signature: unknown): StreamPiece[] {
    return this.#thought({ type: 'thinking', thinking: '', signature: String(signature) })
  }

  redact(data: unknown): StreamPiece[] {
    return this.#thought({ type: 'redacted_thinking', data: String(data ?? '') })
  }

  /** What the text quotes: in the provider's words, and in OpenAI's where that has any. */
  cite(citation: unknown, annotation: Json | undefined): StreamPiece[] {
    const annotations = annotation ? { annotations: [annotation] } : {}
    return this.delta({ provider_specific_fields: { citation }, ...annotations })
  }

  delta(delta: ChatDelta): StreamPiece[] {
    return [this.chunks.delta(delta)]
  }

  #thought(block: ThinkingBlock): StreamPiece[] {
    return this.delta({ thinking_blocks: [block] })
  }

  #call(index: number, said: Omit<ChatToolCallDelta, 'index'>): StreamPiece[] {
    return this.delta({ tool_calls: [{ index, ...said }] })
  }
}
