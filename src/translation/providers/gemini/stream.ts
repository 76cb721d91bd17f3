import type { Json, Usage } from '../../../types.ts'
import { geminiGenerate } from '../../../usage/shapes/gemini-generate.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { type ChunkMaker, createChunkMaker } from '../../common/answers.ts'
import { CUT_STREAM, googleErrorOf } from '../../common/provider-error.ts'
import type { Renaming } from '../../common/renaming.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { finishReasonOf, saidIn } from './answer.ts'
import { toolNamesOf } from './tools.ts'

/** Gemini's stream as chunks: each document is a whole answer that has the next part of the text. */
export class GenerateStream implements ProviderStream {
  readonly #context: TranslationContext
  readonly #chunks: ChunkMaker
  readonly #names: Renaming
  /** How many calls each candidate has made. */
  readonly #calls = new Map<number, number>()
  readonly #finished = new Set<number>()
  #usage: Usage | undefined
  #hasEnded = false

  constructor(asked: ChatRequest, context: TranslationContext) {
    this.#context = context
    this.#chunks = createChunkMaker(context)
    this.#names = toolNamesOf(asked)
  }

  event(document: Json): StreamPiece[] {
    if (this.#hasEnded) return []
    if (document.error != null) {
      this.#hasEnded = true
      return [{ error: googleErrorOf(500, document) }]
    }
    this.#chunks.named(text(document.responseId))
    this.#usage = geminiGenerate.read(document, this.#usage)
    const pieces = objects(document.candidates).flatMap((candidate) => this.#candidate(candidate))
    const { blockReason } = object(document.promptFeedback)
    return blockReason == null ? pieces : [...pieces, ...this.#finish(0, blockReason)]
  }

  end(): StreamPiece[] {
    if (this.#hasEnded) return []
    this.#hasEnded = true
    if (this.#finished.size === 0) return [{ error: CUT_STREAM }]
    return this.#usage ? [this.#chunks.usage(this.#usage)] : []
  }

  #candidate(candidate: Json): StreamPiece[] {
    const index = typeof candidate.index === 'number' ? candidate.index : 0
    const before = this.#calls.get(index) ?? 0
    const said = saidIn(candidate, {
      names: this.#names,
      firstCall: before,
      newId: () => this.#context.newId('call_'),
    })
    this.#calls.set(index, before + (said.tool_calls?.length ?? 0))
    const pieces = Object.keys(said).length > 0 ? [this.#chunks.delta({ ...said }, index)] : []
    return candidate.finishReason == null ? pieces : [...pieces, ...this.#finish(index, candidate.finishReason)]
  }

  #finish(index: number, reason: unknown): StreamPiece[] {
    if (this.#finished.has(index)) return []
    this.#finished.add(index)
    return [this.#chunks.finish(finishReasonOf(reason, (this.#calls.get(index) ?? 0) > 0), index)]
  }
}
