import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Flight } from '../cache/flights.ts'
import type { FoundAnswer, ResponseCache } from '../cache/response-cache.ts'
import { type CacheGateway, captureAnswer, flightName, type LookedUp, lookedUp } from '../call/forward/cached-call.ts'
import { serveEmbeddings } from '../call/forward/cached-embeddings.ts'
import { FollowedStream, serveStored } from '../call/forward/stored-answer.ts'
import { openContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import type { Middleware, Next } from '../lib/http/middleware.ts'
import { whenKnown } from '../lib/maybe-promise.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

export type CacheMiddlewareOptions = GatewayOption<CacheGateway>

/**
 * Answers calls that were answered before from the response cache, and stores the answers of the others. Of equal calls at
 * once one is made, and the others are given its answer. Mount it after `litellmAuth`, so that who may not call is served
 * nothing, and before whatever answers. Writes `context.cache`. Without `litellm_settings.cache` it passes everything on.
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
        return found ? new CachedCall(cache, gateway, found, req, res, next).answer() : next()
      })
      if (looked instanceof Promise) looked.catch(next)
    } catch (error) {
      next(error)
    }
  }
}

/** One call on its way to a stored answer, to that of an equal call, or to its upstream. */
class CachedCall {
  readonly #cache: ResponseCache
  readonly #lookedUp: LookedUp
  readonly #served: Parameters<typeof serveStored>[0]
  readonly #next: Next

  constructor(
    cache: ResponseCache,
    gateway: CacheGateway,
    found: LookedUp,
    req: IncomingMessage,
    res: ServerResponse,
    next: Next,
  ) {
    this.#cache = cache
    this.#lookedUp = found
    this.#served = { gateway, req, res, context: openContext(req), lookedUp: found }
    this.#next = next
  }

  /** Calls that must not be served what is stored, or whose answer may not be, have nothing to do with others. */
  async answer(): Promise<void> {
    const { controls } = this.#lookedUp.place
    if (controls.reads && controls.writes) await this.#leadOrFollow(0)
    else await this.#lookUp()
  }

  async #leadOrFollow(failures: number): Promise<void> {
    const { flights } = this.#cache
    const name = flightName(this.#lookedUp)
    const before = flights.find(name)
    if (before) return await this.#follow(before)
    const flight = flights.lead(name, failures)
    try {
      await this.#lookUp(flight)
    } catch (error) {
      flight.failed()
      throw error
    }
  }

  async #follow(flight: Flight): Promise<void> {
    const { res } = this.#served
    if (flight.stale) return serveStored(this.#served, flight.stale)
    const follower = new FollowedStream(this.#served)
    res.once('close', () => flight.leave(follower))
    const landing = await flight.join(follower)
    const answer = landing.kind === 'answered' ? landing.answer : undefined
    if (answer) this.#cache.followed()
    if (follower.hasBegun) return follower.end(answer, landing.kind === 'told')
    if (res.destroyed) return
    if (answer) return serveStored(this.#served, answer)
    if (landing.kind === 'failed' && !landing.alone) return await this.#leadOrFollow(flight.failuresWithThis)
    this.#call(undefined)
  }

  async #lookUp(flight?: Flight): Promise<void> {
    const stored = await this.#cache.find(this.#lookedUp.place)
    if (this.#isOfEmbeddings) {
      const found = serveEmbeddings(this.#cache, this.#served, stored, flight)
      if (found !== 'served') this.#call(flight, found === 'missing')
    } else if (!this.#serve(stored[0], flight)) this.#call(flight)
  }

  /** `false`: the call is made. */
  #serve(answer: FoundAnswer | undefined, flight: Flight | undefined): boolean {
    if (!answer) return false
    flight?.answered(answer)
    // The leader renews it.
    if (answer.isStale && flight) {
      flight.stale = answer
      return false
    }
    flight?.end()
    serveStored(this.#served, answer)
    return true
  }

  #call(flight: Flight | undefined, isCaptured = true): void {
    const { gateway, ...served } = this.#served
    const { context } = served
    context.cache = { hit: false, key: this.#lookedUp.place.keys[0] ?? '' }
    if (isCaptured) captureAnswer({ ...served, cache: this.#cache, events: gateway.events, flight })
    this.#next()
  }

  get #isOfEmbeddings(): boolean {
    return this.#lookedUp.asked.call.shape === 'openai-embeddings'
  }
}
