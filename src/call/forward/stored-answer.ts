import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Follower } from '../../cache/flights.ts'
import type { StoredAnswer } from '../../cache/stored/entry.ts'
import { whenKnown } from '../../lib/maybe-promise.ts'
import type { Charge } from '../../types.ts'
import { askedModel, withModel } from '../answer/answer-model.ts'
import { observerOf } from '../answer/observe.ts'
import { errorOf } from '../answer/outcome-of.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import { isOver } from './answer-body.ts'
import type { CacheGateway, LookedUp } from './cached-call.ts'
import { chargeCall } from './charge-call.ts'
import { costHeaders, keyHeaders, routeHeaders } from './told-headers.ts'

export interface Served {
  readonly gateway: CacheGateway
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly context: RequestContext
  readonly lookedUp: LookedUp
}

const JSON_TYPE = 'application/json'
const STREAM_TYPE = 'text/event-stream; charset=utf-8'

/** A call that is told the stream of an equal one while that comes. Nothing has been sent of it before it begins. */
export class FollowedStream implements Follower {
  readonly #served: Served
  readonly takesStream: boolean
  readonly #told: Buffer[] = []
  hasBegun = false

  constructor(served: Served) {
    this.#served = served
    this.takesStream = served.lookedUp.asked.call.stream
  }

  begin(): void {
    const { res } = this.#served
    this.hasBegun = true
    begin(this.#served)
    openMeter(this.#served, JSON_TYPE)
    if (!res.destroyed) res.writeHead(200, headersOf(this.#served, STREAM_TYPE))
  }

  write(bytes: Buffer): void {
    const { res } = this.#served
    this.#told.push(bytes)
    // What a slow client has not taken yet is not held twice: all followers are given the same bytes.
    if (!res.destroyed) res.write(bytes)
  }

  /** The stream has told all of `stored`, or all of what cannot be stored. Else it broke off. */
  end(stored: StoredAnswer | undefined, isWhole: boolean): void {
    const { req, res } = this.#served
    if (stored) meterStored(this.#served, stored)
    else if (isWhole) meter(this.#served, Buffer.concat(this.#told).toString('utf8'), STREAM_TYPE)
    else observerOf(req)?.fail(errorOf(502, 'The answer that this call was waiting for broke off.'))
    if (res.destroyed) return
    if (stored || isWhole) res.end()
    else res.destroy()
  }
}

/**
 * Answers a call with what is stored, whole or as the stream that it asks for. The meter reads the stored answer, so that
 * row and limits have its tokens; it costs nothing.
 */
export function serveStored(served: Served, stored: StoredAnswer): void {
  const { lookedUp, context } = served
  const { call } = lookedUp.asked
  const { shape } = lookedUp.place
  begin(served)
  const shown = shape.shown?.(stored.answer) ?? stored.answer
  const json = shown === stored.answer && stored.text !== undefined ? stored.text : JSON.stringify(shown)
  if (call.stream && shape.replay) {
    const stream = shape.replay(shown, call.json ?? {}).join('')
    meterStored(served, stored)
    send(served, STREAM_TYPE, named(served, stream))
    return
  }
  meter(served, json, JSON_TYPE)
  const charged = observerOf(served.req)?.reported()
  void whenKnown(charged, (ended) => {
    const charge = ended && chargeCall(context, ended, served.gateway)
    send(served, JSON_TYPE, named(served, json), charge)
  })
}

/** What is stored has the provider's name of the model. A handler of the user's own names it as it likes. */
function named({ gateway, context, lookedUp }: Served, text: string): Buffer {
  const keepsName = gateway.calls.keepsModelNames || !lookedUp.asked.deployment
  const asked = keepsName ? undefined : askedModel(context)
  const body = Buffer.from(text)
  return asked === undefined ? body : withModel(body, asked)
}

/** The row names the deployment that would have been asked. */
function begin({ context, lookedUp: { asked, place } }: Served): void {
  context.cache = { hit: true, key: place.keys[0] ?? '' }
  if (!asked.deployment) return
  context.deployment = asked.deployment
  context.route = { group: asked.group, retries: 0, fallbacks: 0, failures: [] }
}

/** Anthropic's streams are stored event by event, and read so. */
function meterStored(served: Served, { answer, text }: StoredAnswer): void {
  const { shape } = served.lookedUp.place
  if (shape.form === 'object' && shape.replay) meter(served, shape.replay(answer, {}).join(''), STREAM_TYPE)
  else meter(served, text ?? JSON.stringify(answer), JSON_TYPE)
}

function meter(served: Served, text: string, contentType: string): void {
  const observer = openMeter(served, contentType)
  observer?.push(Buffer.from(text))
  observer?.finish()
}

function openMeter({ req }: Served, contentType: string): ResponseObserver | undefined {
  const observer = observerOf(req)
  observer?.reset()
  observer?.open({ statusCode: 200, contentType, contentEncoding: '', headers: {}, hideExtra: false })
  return observer
}

function send(served: Served, type: string, body: Buffer, charge?: Charge): void {
  const { res, context } = served
  if (isOver(res)) return
  const priced = charge ? storedCostHeaders(context, charge) : {}
  res.writeHead(200, { ...headersOf(served, type), ...priced, 'content-length': String(body.length) })
  res.end(body)
}

function headersOf({ context, lookedUp: { asked, place } }: Served, type: string): OutgoingHttpHeaders {
  return {
    ...(asked.deployment && routeHeaders(context, asked.deployment)),
    ...keyHeaders(context, undefined),
    // LiteLLM tells none of embeddings: each has its own.
    ...(asked.call.shape === 'openai-embeddings' ? {} : { 'x-litellm-cache-key': place.keys[0] }),
    'content-type': type,
  }
}

/** LiteLLM tells what the answer has cost once; the key has not spent that again. */
function storedCostHeaders(context: RequestContext, charge: Charge): Record<string, string> {
  const { 'x-litellm-key-spend': _, ...headers } = costHeaders(context, { ...charge, cost: charge.savedCost })
  return headers
}
