import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../../../errors.ts'

/** How request bodies are read. */
export interface BodyLimits {
  readonly maxBodyBytes: number
  /** All bodies in memory at once. Absent: as many as come. */
  readonly heldBodies?: HeldBodies
  /** Longest wait for a body that is read whole, and longest silence within one that is passed on. Absent: for ever. */
  readonly bodyTimeoutMs?: number
}

/** Counts the bytes of the request bodies that are in memory, from their arrival until their responses are closed. */
export class HeldBodies {
  readonly #maxBytes: number
  readonly #byResponse = new WeakMap<ServerResponse, number>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** These bytes of a body have come. Throws `bodies_full` when there is no room for them. */
  add(res: ServerResponse, bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) throw new LiteLLMError('bodies_full')
    const held = this.#byResponse.get(res)
    if (held === undefined) res.once('close', () => this.#release(res))
    this.#byResponse.set(res, (held ?? 0) + bytes)
    this.#bytes += bytes
  }

  #release(res: ServerResponse): void {
    this.#bytes -= this.#byResponse.get(res) ?? 0
    this.#byResponse.delete(res)
  }
}

/** Calls `onLate` with `body_timeout` unless what this returns is called in time. */
export function bodyDeadline(timeoutMs: number | undefined, onLate: (error: LiteLLMError) => void): () => void {
  if (timeoutMs === undefined) return () => {}
  const message = `The request body did not arrive within ${timeoutMs / 1000} seconds.`
  const timer = setTimeout(() => onLate(new LiteLLMError('body_timeout', { message })), timeoutMs)
  return () => clearTimeout(timer)
}

/** Cuts a request whose client stops in the middle of its body, for `timeoutMs` at least and twice that at most. */
export function cutWhenSilent(req: IncomingMessage, timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || req.complete) return
  let seen = req.socket.bytesRead
  const timer = setInterval(() => {
    const { bytesRead } = req.socket
    if (req.complete) clearInterval(timer)
    // What has come and is not taken yet waits for the upstream.
    else if (bytesRead === seen && req.readableLength === 0) req.destroy()
    seen = bytesRead
  }, timeoutMs)
  req.once('close', () => clearInterval(timer))
}
