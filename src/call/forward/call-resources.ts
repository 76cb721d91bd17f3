import type { ServerResponse } from 'node:http'
import type { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Call, Json, VirtualKey } from '../../types.ts'
import { resourcesNamedIn } from '../../usage/resources/named-resources.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import type { RequestContext } from '../request/context.ts'
import { type TurnGateway, translatedResponseIn, withEarlierTurns } from './earlier-turns.ts'
import { type GuardGateway, guardResources, type NamedResources, ownerLearner } from './resource-guard.ts'
import { holdersOf, respelled } from './resource-place.ts'
import { withoutWrapping } from './wrapped-content.ts'

/** Shapes whose answers name what they have made. A chat completion is kept by its provider only when asked. */
const MAKING: Readonly<Record<string, (body: Json) => boolean>> = {
  'openai-responses': () => true,
  'openai-responses-compact': () => true,
  'openai-batches': () => true,
  'openai-videos': () => true,
  'openai-chat': ({ store }) => store === true,
  'anthropic-messages': ({ container, tools }) => container !== undefined || Array.isArray(tools),
}

export type CallGateway = GuardGateway & TurnGateway & Pick<Gateway, 'router'>

/**
 * Holds a call to the resources that its key may use, and remembers what the answer says was made. The call, pinned to
 * the deployment that holds them, with LiteLLM's ids as that knows them. Throws as `guardResources` does.
 */
export function guardCall(
  gateway: CallGateway,
  context: RequestContext,
  asked: Call,
  observer: ResponseObserver | undefined,
  res: ServerResponse,
): MaybePromise<Call> {
  const { key } = context
  const call = withoutWrapping(asked)
  if (!key || !call.json) return call
  const response = translatedResponseIn(call, gateway)
  if (!response) return guardNamed(gateway, context, key, call, observer, res)
  const found = withEarlierTurns(gateway, key, call, response, reportTo(gateway, key, res))
  return whenKnown(found, (meant) =>
    // Of one that is ours and not kept, there is nothing to guard: the translation says so.
    guardNamed(
      gateway,
      context,
      key,
      meant ?? call,
      observer,
      res,
      meant || response.callId ? response.sent : undefined,
    ),
  )
}

/** `except`: an id of what lies at no provider. */
function guardNamed(
  gateway: CallGateway,
  context: RequestContext,
  key: VirtualKey,
  call: Call,
  observer: ResponseObserver | undefined,
  res: ServerResponse,
  except?: string,
): MaybePromise<Call> {
  if (!gateway.resources || !call.json) return call
  const named = new Set(resourcesNamedIn(call.json, call.shape))
  if (except !== undefined) named.delete(except)
  if (MAKING[call.shape]?.(call.json) && !namesUpstream(call.json)) {
    observer?.listen(ownerLearner(gateway, key, { except: named, context }))
  }
  if (named.size === 0) return call
  return whenKnown(guardResources(gateway, key, [...named], reportTo(gateway, key, res)), (known) =>
    pinned(gateway, key, call, holdersOf(named, known), known),
  )
}

/** Of several copies, the router chooses one, whose id then stands in the body. */
function pinned(
  { router }: CallGateway,
  key: VirtualKey,
  call: Call,
  holders: readonly string[],
  known: NamedResources,
): Call {
  if (holders.length === 0) return respelled(call, known, undefined)
  const chosen = holders.length > 1 ? router.choose({ ...call, pinnedTo: holders }, key)?.id : holders[0]
  return { ...respelled(call, known, chosen), pinnedTo: chosen === undefined ? holders : [chosen] }
}

/** Tells what would have been refused, as admission control does. */
export function reportTo({ events }: GuardGateway, { hashedToken }: VirtualKey, res: ServerResponse) {
  return ({ code, message }: LiteLLMError) => {
    events?.tell('key:report', { code, message, hashedToken })
    const before = res.getHeader('x-litellm-would-refuse')
    if (!res.headersSent) res.setHeader('x-litellm-would-refuse', before ? `${before}, ${code}` : code)
  }
}

/** An upstream that a client has chosen could say that it has made anything. */
function namesUpstream({ api_base, base_url }: Json): boolean {
  return api_base !== undefined || base_url !== undefined
}
