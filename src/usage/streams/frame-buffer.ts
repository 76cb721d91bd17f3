import { concat } from '../../lib/lists.ts'
import type { FrameSink } from './framing.ts'

/** Collects the pieces of one frame, up to a limit; beyond it the frame is passed over, piece by piece. */
export class FrameBuffer {
  #pieces: Buffer[] = []
  #size = 0
  #passingOver = false
  readonly #sink: FrameSink
  readonly #maxBytes: number

  constructor(sink: FrameSink, maxBytes: number) {
    this.#sink = sink
    this.#maxBytes = maxBytes
  }

  /** More of the frame, but not its end. */
  add(piece: Buffer): void {
    if (piece.length === 0) return
    if (this.#passingOver) {
      this.#sink.passOver(piece)
      return
    }
    this.#pieces.push(piece)
    this.#size += piece.length
    if (this.#size > this.#maxBytes) this.#giveUp()
  }

  /** The frame ends with `piece`. */
  finish(piece: Buffer): void {
    if (this.#size === 0 && !this.#passingOver && piece.length <= this.#maxBytes) {
      this.#sink.frame(piece)
      return
    }
    this.add(piece)
    if (!this.#passingOver) this.#sink.frame(this.#take())
    else this.#sink.passedOver?.()
    this.#passingOver = false
  }

  /** The stream is over: what is held is the last frame. */
  end(): void {
    if (this.#size > 0) this.#sink.frame(this.#take())
    else if (this.#passingOver) this.#sink.passedOver?.()
    this.#passingOver = false
  }

  #giveUp(): void {
    this.#passingOver = true
    for (const piece of this.#pieces) this.#sink.passOver(piece)
    this.#pieces = []
    this.#size = 0
  }

  #take(): Buffer {
    const whole = concat(this.#pieces)
    this.#pieces = []
    this.#size = 0
    return whole
  }
}
