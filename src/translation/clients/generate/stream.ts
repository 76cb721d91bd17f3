import type { Json } from '../../../types.ts'
import type { ChatChunk, ChatError, ChatUsage, FinishReason } from '../../chat.ts'
import type { ClientStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { generateError } from '../errors.ts'
import { type BlockStep, NestedBlocks } from '../nested-blocks.ts'
import { callPart, candidateOf, finishFor, usageMetadata } from './candidates.ts'

/**
 * Answers of Gemini's, piece by piece: as events, or as the elements of one JSON array. A call goes out when its arguments
 * are whole: they are an object here. The last piece waits for the usage, which comes last.
 */
export class GenerateStream implements ClientStream {
  readonly #context: TranslationContext
  readonly #isArray: boolean
  readonly #candidates = new Map<number, Candidate>()
  #state: 'new' | 'open' | 'ended' = 'new'
  #id = ''
  #usage: ChatUsage | null | undefined

  constructor(context: TranslationContext) {
    this.#context = context
    this.#isArray = context.framing !== 'sse'
  }

  piece(piece: StreamPiece): string {
    if (this.#state === 'ended') return ''
    return 'error' in piece && piece.error !== undefined
      ? this.#last(generateError(piece.error as ChatError))
      : this.#chunk(piece as ChatChunk)
  }

  end(): string {
    if (this.#state === 'ended') return ''
    if (this.#candidates.size === 0) this.#candidateOf(0)
    const candidates = [...this.#candidates].map(([index, candidate]) =>
      candidateOf(index, partsOf(candidate.blocks.end()), finishFor(candidate.finish)),
    )
    return this.#last({ candidates, ...this.#common(), usageMetadata: usageMetadata(this.#usage) })
  }

  #chunk(chunk: ChatChunk): string {
    this.#id = chunk.id
    if (chunk.usage) this.#usage = chunk.usage
    const candidates = chunk.choices.flatMap(({ index, delta, finish_reason: finish }) => {
      const candidate = this.#candidateOf(index)
      if (finish) candidate.finish = finish
      const parts = partsOf(candidate.blocks.push(delta))
      return parts.length > 0 ? [candidateOf(index, parts)] : []
    })
    if (candidates.length > 0) return this.#frame({ candidates, ...this.#common() })
    return chunk.choices.length === 0 && chunk.usage && this.#isFinished() ? this.end() : ''
  }

  #candidateOf(index: number): Candidate {
    const known = this.#candidates.get(index) ?? { blocks: new NestedBlocks(), finish: null }
    this.#candidates.set(index, known)
    return known
  }

  #isFinished(): boolean {
    return this.#candidates.size > 0 && [...this.#candidates.values()].every(({ finish }) => finish !== null)
  }

  #common(): Json {
    return { modelVersion: this.#context.modelGroup, ...(this.#id ? { responseId: this.#id } : {}) }
  }

  #last(data: Json): string {
    const frame = this.#frame(data)
    this.#state = 'ended'
    return this.#isArray ? `${frame}]` : frame
  }

  #frame(data: Json): string {
    const isFirst = this.#state === 'new'
    this.#state = 'open'
    const json = JSON.stringify(data)
    if (!this.#isArray) return `data: ${json}\n\n`
    return `${isFirst ? '[' : ',\r\n'}${json}`
  }
}

interface Candidate {
  readonly blocks: NestedBlocks
  finish: FinishReason | null
}

function partsOf(steps: readonly BlockStep[]): readonly Json[] {
  return steps.flatMap((step): Json[] => {
    const { block } = step
    if (block.kind === 'tool') return step.step === 'close' ? [callPart(block.id, block.name, block.text)] : []
    if (step.step === 'signature') return [{ text: '', thought: true, thoughtSignature: step.text }]
    if (step.step !== 'text' || block.kind === 'redacted') return []
    return [block.kind === 'thinking' ? { text: step.text, thought: true } : { text: step.text }]
  })
}
