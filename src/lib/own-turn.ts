/** Bodies and texts of more bytes than this are dealt with in turns of their own: a few milliseconds of work each. */
export const TURN_BYTES = 256 * 1024

const waiting: (() => void)[] = []

/**
 * Resolves in a turn of the event loop in which nobody else who waits here goes on. Work on large bodies goes through here
 * step by step, so that a turn has one step of it, however many such bodies there are: twelve times 15 ms in one turn would
 * hold up every stream of the process.
 */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(next)
  })
}

/** `undefined` where there is so little to do that it need not wait. */
export function ownTurnFor(bytes: number | undefined): Promise<void> | undefined {
  return bytes !== undefined && bytes > TURN_BYTES ? ownTurn() : undefined
}

function next(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(next)
}
