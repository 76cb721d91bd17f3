import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../../../errors.ts'
import { concat } from '../../../lib/lists.ts'
import type { MaybePromise } from '../../../lib/maybe-promise.ts'
import { inStep } from '../../../lib/turn-queue.ts'
import { type BodyLimits, bodyDeadline } from './held-bodies.ts'

type MaybeParsed = IncomingMessage & { body?: unknown; rawBody?: unknown }

export interface RequestBody {
  /** The bytes as they came; missing when a body parser of the app has consumed them and kept none. */
  readonly bytes?: Buffer
  /** What a body parser of the app made of it. */
  readonly parsed?: unknown
}

/**
 * The body of a request, read once and left readable: who comes after us (a body parser, a stock proxy, a handler that
 * pipes the request) finds the stream as if it had not been read. A body that was parsed before us is taken from there.
 */
export function readBody(req: IncomingMessage, res: ServerResponse, limits: BodyLimits): MaybePromise<RequestBody> {
  const { body, rawBody, readableDidRead } = req as MaybeParsed
  if (readableDidRead || req.readableEnded) {
    return { bytes: Buffer.isBuffer(rawBody) ? rawBody : Buffer.isBuffer(body) ? body : undefined, parsed: body }
  }
  if (!hasBody(req)) return {}
  if (Number(req.headers['content-length']) > limits.maxBodyBytes) throw bodyTooLarge(limits.maxBodyBytes)
  return peek(req, (bytes) => limits.heldBodies?.add(res, bytes), limits)
}

/** Before so much of a body has come, no room is made for all of it. */
const GATHER_BYTES = 1 << 20

/**
 * The pieces of a body, put together while they come: to join 31 MB at once takes 15 ms, and several bodies may end in one
 * turn of the event loop.
 */
class GatheredBody {
  readonly #stated: number
  #pieces: Buffer[] = []
  #whole: Buffer | undefined
  #size = 0

  /** `stated`: its length as the client says it, or NaN. */
  constructor(stated: number) {
    this.#stated = stated
  }

  push(bytes: Buffer): void {
    const size = this.#size + bytes.length
    if (size > GATHER_BYTES) this.#room(size).set(bytes, this.#size)
    else this.#pieces.push(bytes)
    this.#size = size
  }

  end(): Buffer {
    return this.#whole ? this.#whole.subarray(0, this.#size) : concat(this.#pieces)
  }

  #room(size: number): Buffer {
    const whole = this.#whole
    if (whole && whole.length >= size) return whole
    // In which its memory is not touched before the bytes come.
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#stated || 0, 2 * size))
    for (let at = 0; this.#pieces.length > 0; ) at += this.#pieces.shift()!.copy(larger, at)
    whole?.copy(larger)
    this.#whole = larger
    return larger
  }
}

/** Whether the request has a body, whatever its method. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
}

/**
 * Waits for the whole body and puts it back. `unshift` is allowed until 'end' is emitted, which cannot happen between
 * the last `read()` and the `unshift()` of the same turn.
 */
function peek(
  req: IncomingMessage,
  hold: (bytes: number) => void,
  { maxBodyBytes, bodyTimeoutMs }: BodyLimits,
): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const gathered = new GatheredBody(Number(req.headers['content-length']))
    let size = 0
    const inTime = bodyDeadline(bodyTimeoutMs, fail)
    req.on('readable', onReadable).on('close', onClose).on('error', onClose)
    onReadable()

    function onReadable() {
      try {
        for (let chunk = req.read(); chunk !== null; chunk = req.read()) take(chunk)
      } catch (error) {
        return fail(error)
      }
      if (!req.complete) return
      const body = gathered.end()
      if (size > 0) req.unshift(body)
      settle(() => inStep('requests', () => resolve({ bytes: body })))
    }

    function take(chunk: Buffer) {
      gathered.push(chunk)
      size += chunk.length
      if (size > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
      hold(chunk.length)
    }

    function onClose() {
      fail(new LiteLLMError('body_not_json', { message: 'The request body ended early.' }))
    }

    function fail(error: unknown) {
      settle(() => reject(error))
    }

    function settle(act: () => void) {
      inTime()
      req.off('readable', onReadable).off('close', onClose).off('error', onClose)
      act()
    }
  })
}

export function bodyTooLarge(maxBytes: number): LiteLLMError {
  return new LiteLLMError('body_too_large', { message: `The request body is larger than ${maxBytes} bytes.` })
}
