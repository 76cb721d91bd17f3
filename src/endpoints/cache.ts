import type { ResponseCache } from '../cache/response-cache.ts'
import type { StoredAnswer } from '../cache/stored/entry.ts'
import { type CacheGateway, keepAnswer, type LookedUp, lookedUp } from '../call/forward/cached-call.ts'
import { serveEmbeddings } from '../call/forward/cached-embeddings.ts'
import { type Served, serveStored } from '../call/forward/stored-answer.ts'
import { openContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import { whenKnown } from '../lib/maybe-promise.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

export type CacheMiddlewareOptions = GatewayOption<CacheGateway>

/**
 * Answers calls that were answered before from the response cache, and stores the answers of the others. Mount it after
 * `litellmAuth`, so that who may not call is served nothing, and before whatever answers. Writes `context.cache`. Without
 * `litellm_settings.cache` it passes everything on.
 */
export function litellmCache(options: CacheMiddlewareOptions = {}): Middleware {
  const gateway = gatewayOf<CacheGateway>(options)
  const { cache, calls } = gateway
  if (!cache) return (_req, _res, next) => next()

  return function litellmCacheMiddleware(req, res, next) {
    const context = openContext(req)
    try {
      const looked = whenKnown(callOf(req, res, calls), (call) => {
        const found = lookedUp(cache, gateway, req, context, call)
        return found ? lookUp(found) : next()
      })
      if (looked instanceof Promise) looked.catch(next)
    } catch (error) {
      next(error)
    }

    async function lookUp(found: LookedUp): Promise<void> {
      const stored = await cache!.find(found.place)
      const served = { gateway, req, res, context, lookedUp: found }
      if (serveFound(cache!, served, stored)) return
      context.cache = { hit: false, key: found.place.keys[0] ?? '' }
      if (stored.every((answer) => answer === undefined)) keepAnswer(cache!, found, context, res)
      next()
    }
  }
}

/** `false`: what is stored does not answer the call. */
function serveFound(cache: ResponseCache, served: Served, stored: readonly (StoredAnswer | undefined)[]): boolean {
  if (served.lookedUp.asked.call.shape === 'openai-embeddings') return serveEmbeddings(cache, served, stored)
  const [answer] = stored
  if (answer) serveStored(served, answer)
  return answer !== undefined
}
