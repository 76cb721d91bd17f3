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

/**
 * Watches a response without changing it. The client's bytes are written first and in full; whatever the tap does
 * afterwards, even throwing, cannot alter or break them. Works for any handler that writes to `res`.
 */
export function tapResponse(res: ServerResponse, tap: ResponseTap): void {
  const { write, end } = res

  res.write = function tappedWrite(this: ServerResponse, ...args: unknown[]) {
    const more = Reflect.apply(write, this, args)
    see(args[0], args[1])
    return more
  } as typeof write

  res.end = function tappedEnd(this: ServerResponse, ...args: unknown[]) {
    // Once is enough: `end` may write its chunk through `write`, and a second `end` has nothing to add.
    res.write = write
    res.end = end
    see(args[0], args[1])
    const wait = guard(() => tap.beforeEnd())
    if (!wait) return Reflect.apply(end, this, args)
    void wait.then(() => Reflect.apply(end, this, args))
    return this
  } as typeof end

  res.once('close', () => guard(() => tap.onClose(res.writableFinished)))

  function see(chunk: unknown, encoding: unknown) {
    guard(() => {
      if (!tap.wantsBytes()) return
      const bytes = toBuffer(chunk, encoding)
      if (bytes && bytes.length > 0) tap.onBytes(bytes)
    })
  }

  function guard<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      tap.onFault(error)
      return undefined
    }
  }
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  }
  return chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined
}
