import type { IncomingMessage, ServerResponse } from 'node:http'
import { withMeantModel } from '../../admission/models/model-access.ts'
import type { CacheCall, CachePlace, ResponseCache } from '../../cache/response-cache.ts'
import { toldStream } from '../../cache/shapes/cached-shape.ts'
import type { Gateway } from '../../gateway.ts'
import type { Call, Deployment, Json, Outcome, Usage } from '../../types.ts'
import { resourcesNamedIn } from '../../usage/resources/named-resources.ts'
import { type CapturedAnswer, CapturedResponse } from '../answer/captured-response.ts'
import type { RequestContext } from '../request/context.ts'

/** What looking a call up needs of a gateway. */
export type CacheGateway = Pick<Gateway, 'calls' | 'router' | 'prices' | 'pricing'> &
  Partial<Pick<Gateway, 'cache' | 'events'>>

/** A call that can be looked up, with where its answer would be. */
export interface LookedUp {
  readonly asked: CacheCall
  readonly place: CachePlace
}

/**
 * Where the answer of a call would be stored; `undefined`: it is neither looked up nor stored. So are calls that name
 * something which belongs to somebody: files, earlier responses. Throws `bad_request` for a cache control of a wrong type.
 */
export function lookedUp(
  cache: ResponseCache,
  gateway: CacheGateway,
  { headers }: IncomingMessage,
  { key }: RequestContext,
  call: Call,
): LookedUp | undefined {
  const meant = withMeantModel(call, key)
  const deployment = meant.modelGroup === '' ? undefined : gateway.router.choose(meant, key)
  if (!deployment || resourcesNamedIn(call.json ?? {}, call.shape).size > 0) return undefined
  const asked = { call: meant, deployment, group: meant.modelGroup, key, header: headers['cache-control'] }
  const place = cache.placeOf(asked)
  return place && { asked, place }
}

/** Stores the answer of a call when its response has ended, if it is one. The response waits for nothing. */
export function keepAnswer(
  cache: ResponseCache,
  { asked, place }: LookedUp,
  context: RequestContext,
  res: ServerResponse,
): void {
  if (!place.controls.writes) return
  const captured = new CapturedResponse(res, cache.settings.maxBytes)
  res.once('finish', () => void keep())

  async function keep(): Promise<void> {
    const [answer, outcome] = await Promise.all([captured.answer(), context.outcome])
    const found = answer && wholeAnswer(answer, place, outcome)
    // What a fallback has answered is not what was asked for.
    if (!found || (context.route?.fallbacks ?? 0) > 0) return
    const served = placeOfServed(cache, { asked, place }, context.deployment)
    if (served) await cache.keep(served, found.answer, found.json)
  }
}

interface WholeAnswer {
  readonly answer: Json
  /** Its JSON, where it was sent whole. */
  readonly json?: string
}

/** What is to be stored of a response; `undefined`: nothing, as it failed, or has not told all of its answer. */
function wholeAnswer(
  { statusCode, contentType, body }: CapturedAnswer,
  { shape }: CachePlace,
  outcome: Outcome | undefined,
): WholeAnswer | undefined {
  if (statusCode !== 200 || (outcome && outcome.status !== 'success')) return undefined
  const text = body.toString('utf8')
  if (!/^text\/event-stream\b/i.test(contentType)) return documentIn(text)
  const told = toldStream(text, usageIn(outcome?.usage))
  const answer = told && shape.assemble?.(told)
  return answer && { answer }
}

function documentIn(json: string): WholeAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(json)
    const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer)
    return isObject && !('error' in answer && answer.error) ? { answer: answer as Json, json } : undefined
  } catch {
    return undefined
  }
}

/** A stream that was not asked for its usage has none in it. */
function usageIn(usage: Usage | undefined): Json | undefined {
  if (!usage) return undefined
  const { promptTokens, completionTokens, raw } = usage
  const own = raw as Json | undefined
  if (typeof own?.prompt_tokens === 'number' && typeof own.total_tokens === 'number') return own
  return {
    completion_tokens: completionTokens,
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
  }
}

/** Another deployment may set other parameters: then that is another key. */
function placeOfServed(
  cache: ResponseCache,
  { asked, place }: LookedUp,
  served: Deployment | undefined,
): CachePlace | undefined {
  if (!served || served.id === asked.deployment.id) return place
  const keys = cache.keysOf({ ...asked, deployment: served }, place.controls)
  return keys && { ...place, keys }
}
