import type { Json } from '../../types.ts'
import type { AnswerReading } from '../meter/answer-reading.ts'
import type { Framing } from './framing.ts'

/** Reads a stream and takes out of it what the client did not ask for. Holds back no more than one incomplete event. */
export interface UsageEventFilter {
  /** What to relay now. */
  push(bytes: Buffer): Buffer | readonly Buffer[] | undefined
  /** What is left to relay. */
  end(): Buffer | undefined
}

export function createUsageEventFilter(
  fold: AnswerReading,
  framing: Framing,
  isExtra: (document: Json) => boolean,
  maxFrameBytes: number,
): UsageEventFilter {
  let shown: Buffer[] = []
  const cutter = framing.cut(
    {
      frame(bytes) {
        const document = fold.frame(bytes, framing)
        if (!document || !fold.guard(() => isExtra(document))) addAdjacent(shown, bytes)
      },
      passOver: (bytes) => addAdjacent(shown, bytes),
    },
    maxFrameBytes,
  )

  function take(): Buffer[] {
    const taken = shown
    if (taken.length > 0) shown = []
    return taken
  }

  return {
    push(bytes) {
      cutter.push(bytes)
      const taken = take()
      return taken.length > 1 ? taken : taken[0]
    },
    end() {
      cutter.end()
      if (cutter.whole) fold.complete()
      const taken = take()
      return taken.length > 0 ? Buffer.concat(taken) : undefined
    },
  }
}

/**
 * Adds `next` to `list`; where it follows the last one in the same memory, as neighbouring slices of one chunk do, the
 * two become one again. Writing one buffer costs as much as writing a byte.
 */
function addAdjacent(list: Buffer[], next: Buffer): void {
  const last = list.at(-1)
  if (last && last.buffer === next.buffer && last.byteOffset + last.length === next.byteOffset) {
    list[list.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + next.length)
  } else {
    list.push(next)
  }
}
