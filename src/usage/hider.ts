import type { Json } from '../types.ts'
import { addAdjacent } from './adjacent.ts'
import type { Fold } from './fold.ts'
import type { Framing } from './framing.ts'

/** Reads a stream and takes out of it what the client did not ask for. Holds back no more than one incomplete event. */
export interface Hider {
  /** What to relay now. */
  push(bytes: Buffer): Buffer | readonly Buffer[] | undefined
  /** What is left to relay. */
  end(): Buffer | undefined
}

export function createHider(
  fold: Fold,
  framing: Framing,
  isExtra: (document: Json) => boolean,
  maxFrameBytes: number,
): Hider {
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
