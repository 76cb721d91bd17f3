import type { IncomingMessage } from 'node:http'

type Mounted = IncomingMessage & { originalUrl?: string; [slot: symbol]: unknown }

interface Kept<T> {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly originalUrl: string | undefined
  readonly value: T
}

/**
 * What `find` says of a request by its method and target: asked once, whoever asks first, and again when one of them has
 * been rewritten.
 */
export function memoizeByRequest<T>(find: (req: IncomingMessage) => T): (req: IncomingMessage) => T {
  // On the request itself: entries of a WeakMap that live as long as a request make every garbage collection slower.
  const slot = Symbol('express-litellm.found')
  return (request) => {
    const req = request as Mounted
    const kept = req[slot] as Kept<T> | undefined
    const { method, url, originalUrl } = req
    if (kept && kept.method === method && kept.url === url && kept.originalUrl === originalUrl) return kept.value
    const value = find(req)
    req[slot] = { method, url, originalUrl, value }
    return value
  }
}
