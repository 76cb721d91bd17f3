import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredAnswer } from '../../cache/stored/entry.ts'
import { whenKnown } from '../../lib/maybe-promise.ts'
import type { Charge } from '../../types.ts'
import { observerOf } from '../answer/observe.ts'
import type { RequestContext } from '../request/context.ts'
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
    const isStoredStream = shape.form === 'object'
    meter(served, isStoredStream ? stream : json, isStoredStream ? 'text/event-stream' : JSON_TYPE)
    send(served, 'text/event-stream; charset=utf-8', Buffer.from(stream))
    return
  }
  meter(served, json, JSON_TYPE)
  const charged = observerOf(served.req)?.reported()
  void whenKnown(charged, (ended) => {
    const charge = ended && chargeCall(context, ended, served.gateway)
    send(served, JSON_TYPE, Buffer.from(json), charge)
  })
}

/** The row names the deployment that would have been asked. */
function begin({ context, lookedUp: { asked, place } }: Served): void {
  context.cache = { hit: true, key: place.keys[0] ?? '' }
  context.deployment = asked.deployment
  context.route = { group: asked.group, retries: 0, fallbacks: 0, failures: [] }
}

function meter({ req }: Served, text: string, contentType: string): void {
  const observer = observerOf(req)
  if (!observer) return
  observer.reset()
  observer.open({ statusCode: 200, contentType, contentEncoding: '', headers: {}, hideExtra: false })
  observer.push(Buffer.from(text))
  observer.finish()
}

function send({ res, context, lookedUp: { asked, place } }: Served, type: string, body: Buffer, charge?: Charge): void {
  if (res.destroyed || res.writableEnded) return
  res.writeHead(200, {
    ...routeHeaders(context, asked.deployment),
    ...keyHeaders(context, undefined),
    ...(charge ? storedCostHeaders(context, charge) : {}),
    // LiteLLM tells none of embeddings: each has its own.
    ...(asked.call.shape === 'openai-embeddings' ? {} : { 'x-litellm-cache-key': place.keys[0] }),
    'content-type': type,
    'content-length': String(body.length),
  })
  res.end(body)
}

/** LiteLLM tells what the answer has cost once; the key has not spent that again. */
function storedCostHeaders(context: RequestContext, charge: Charge): Record<string, string> {
  const { 'x-litellm-key-spend': _, ...headers } = costHeaders(context, { ...charge, cost: charge.savedCost })
  return headers
}
