import type { IncomingMessage, ServerResponse } from 'node:http'
import { withMeantModel } from '../../admission/models/model-access.ts'
import type { Flight } from '../../cache/flights.ts'
import type { CacheCall, CachePlace, ResponseCache } from '../../cache/response-cache.ts'
import { toldStream } from '../../cache/shapes/cached-shape.ts'
import type { GatewayEvents } from '../../events.ts'
import type { Gateway } from '../../gateway.ts'
import type { Call, Deployment, Json, Usage } from '../../types.ts'
import type { Reading } from '../../usage/meter/reading.ts'
import { resourcesNamedIn } from '../../usage/resources/named-resources.ts'
import { object } from '../../usage/shapes/reader.ts'
import { withModel } from '../answer/answer-model.ts'
import { type CapturedAnswer, CapturedResponse, isEventStream } from '../answer/captured-response.ts'
import { observerOf } from '../answer/observe.ts'
import type { RequestContext } from '../request/context.ts'
import { keyedForm } from './cached-form.ts'

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
  if (resourcesNamedIn(call.json ?? {}, call.shape).size > 0) return undefined
  const form = meant.form && keyedForm(meant, key)
  if (meant.form && !form) return undefined
  const asked = { call: meant, deployment, group: meant.modelGroup, key, header: headers['cache-control'], form }
  const place = cache.placeOf(asked)
  return place && { asked, place }
}

/** Who leads a flight, or makes its call alone. */
export interface Leader {
  readonly cache: ResponseCache
  readonly lookedUp: LookedUp
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly context: RequestContext
  readonly events: GatewayEvents | undefined
  /** The equal calls that wait for its answer. Absent: none may. */
  readonly flight?: Flight | undefined
}

/** Stores the answer of a call when it has ended, if it is one, and gives it to those that wait. The response waits for nothing. */
export function captureAnswer({ cache, lookedUp, req, res, context, events, flight }: Leader): void {
  const { place } = lookedUp
  if (!place.controls.writes && !flight) return
  const isShared = flight && (() => flight.hasFollowers)
  context.isShared = isShared
  const captured = new CapturedResponse(res, {
    maxBytes: cache.settings.maxBytes,
    isShared,
    onStream: flight && ((bytes) => flight.stream(bytes)),
    // Behind what others do at the end: their meter must have read all of it.
    onEnd: () => queueMicrotask(() => void conclude()),
  })
  res.once('close', () => {
    if (captured.isEnded || !flight) return
    // With others waiting, the answer may still be read to its end.
    if (!flight.hasFollowers) return flight.failed()
    void context.outcome?.then(() => captured.isEnded || flight.failed())
    if (!context.outcome) flight.failed()
  })

  async function conclude(): Promise<void> {
    try {
      const [answer, reading] = await Promise.all([captured.answer(), observerOf(req)?.finish().reading])
      const found = answer && wholeAnswer(answer, place, reading)
      if (!found) return captured.isWholeStream && !reading?.error ? flight?.told() : flight?.failed()
      flight?.answered({ answer: found.answer, text: found.json })
      await keep(found)
      flight?.end()
    } catch (error) {
      flight?.failed()
      events?.tell('fault', { error, where: 'response cache' })
    }
  }

  async function keep({ answer, json }: WholeAnswer): Promise<void> {
    // What a fallback has answered is not what was asked for.
    if ((context.route?.fallbacks ?? 0) > 0) return
    const served = placeOfServed(cache, lookedUp, context.deployment)
    if (served) await cache.keep(served, answer, json)
  }
}

/** Calls with the same name have the same answer, event by event. */
export function flightName({ asked: { call }, place: { keys } }: LookedUp): string {
  const { stream_options: options, model } = call.json ?? {}
  return `${keys.join()} ${object(options).include_usage === true} ${model}`
}

interface WholeAnswer {
  readonly answer: Json
  /** Its JSON, where it was sent whole. */
  readonly json?: string
}

/** What is to be stored of a response; `undefined`: nothing, as it failed, or has not told all of its answer. */
function wholeAnswer(
  { statusCode, contentType, body }: CapturedAnswer,
  place: CachePlace,
  reading: Pick<Reading, 'usage' | 'error' | 'model'> | undefined,
): WholeAnswer | undefined {
  if (statusCode !== 200 || reading?.error) return undefined
  // As LiteLLM stores it: each client is told its own name of the model.
  const text = (reading?.model === undefined ? body : withModel(body, reading.model)).toString('utf8')
  if (!isEventStream(contentType)) return documentIn(text, place)
  const told = toldStream(text, usageIn(reading?.usage))
  const answer = told && place.shape.assemble?.(told)
  return answer && place.shape.hasOutput(answer) ? { answer } : undefined
}

function documentIn(json: string, { shape }: CachePlace): WholeAnswer | undefined {
  try {
    const answer = object(JSON.parse(json))
    return !answer.error && shape.hasOutput(answer) ? { answer, json } : undefined
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
  // A handler of the user's own has no deployment with a name.
  if (!served || served.id === (asked.deployment?.id ?? '')) return place
  const keys = cache.keysOf({ ...asked, deployment: served }, place.controls)
  return keys && { ...place, keys }
}
