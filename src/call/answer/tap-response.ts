import type { ServerResponse } from 'node:http'

export interface ResponseTap {
  /** Whether it is to be told of bytes at all. */
  wantsBytes(): boolean
  /** Bytes that have just been written. Headers are final with the first of them. */
  onBytes(bytes: Buffer): void
  /** Everything is written but the end. What is returned is waited for before the response ends; it must not reject. */
  beforeEnd(): Promise<void> | undefined
  /** Called once. `complete` is false when the connection closed before the response was written to its end. */
  onClose(complete: boolean): void
  onFault(error: unknown): void
}

// On the response itself, and its methods are the same two for all responses: functions made for each would outlive it by
// many collections, and all of its call with them.
const TAPPED = Symbol('express-litellm.tapped')
type Tapped = ServerResponse & { [TAPPED]: { readonly tap: ResponseTap } & Pick<ServerResponse, 'write' | 'end'> }

/**
 * Watches a response without changing it. The client's bytes are written first and in full; whatever the tap does
 * afterwards, even throwing, cannot alter or break them. Works for any handler that writes to `res`. One tap a response.
 */
export function tapResponse(res: ServerResponse, tap: ResponseTap): void {
  const { write, end } = res
  ;(res as Tapped)[TAPPED] = { tap, write, end }
  res.write = tappedWrite as typeof write
  res.end = tappedEnd as typeof end
  res.once('close', () => guard(tap, () => tap.onClose(res.writableFinished)))
}

function tappedWrite(this: Tapped, ...args: unknown[]) {
  const { tap, write } = this[TAPPED]
  const more = Reflect.apply(write, this, args)
  see(tap, args[0], args[1])
  return more
}

function tappedEnd(this: Tapped, ...args: unknown[]) {
  const { tap, write, end } = this[TAPPED]
  // Once is enough: `end` may write its chunk through `write`, and a second `end` has nothing to add.
  Object.assign(this, { write, end })
  see(tap, args[0], args[1])
  const wait = guard(tap, () => tap.beforeEnd())
  if (!wait) return Reflect.apply(end, this, args)
  void wait.then(() => Reflect.apply(end, this, args))
  return this
}

function see(tap: ResponseTap, chunk: unknown, encoding: unknown): void {
  guard(tap, () => {
    if (!tap.wantsBytes()) return
    const bytes = toBuffer(chunk, encoding)
    if (bytes && bytes.length > 0) tap.onBytes(bytes)
  })
}

function guard<T>(tap: ResponseTap, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    tap.onFault(error)
    return undefined
  }
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  }
  return chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined
}
