import type { ServerResponse } from 'node:http'
import type { LiteLLMError } from '../../errors.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Call, Json, VirtualKey } from '../../types.ts'
import { editJson } from '../../upstream/edit-json.ts'
import { renamedMembers, resourcesNamedIn } from '../../usage/resources/named-resources.ts'
import type { ResponseObserver } from '../answer/response-observer.ts'
import { type GuardGateway, guardResources, type NamedResources, ownerLearner } from './resource-guard.ts'

/** Shapes whose answers name what they have made. A chat completion is kept by its provider only when asked. */
const MAKING: Readonly<Record<string, (body: Json) => boolean>> = {
  'openai-responses': () => true,
  'openai-responses-compact': () => true,
  'openai-batches': () => true,
  'openai-videos': () => true,
  'openai-chat': ({ store }) => store === true,
  'anthropic-messages': ({ container, tools }) => container !== undefined || Array.isArray(tools),
}

/**
 * Holds a call to the resources that its key may use, and remembers what the answer says was made. The call, with
 * LiteLLM's ids as the provider knows them. Throws `resource_not_found`.
 */
export function guardCall(
  gateway: GuardGateway,
  key: VirtualKey | undefined,
  call: Call,
  observer: ResponseObserver | undefined,
  res: ServerResponse,
): MaybePromise<Call> {
  if (!gateway.resources || !key || !call.json) return call
  const named = resourcesNamedIn(call.json, call.shape)
  if (MAKING[call.shape]?.(call.json) && !namesUpstream(call.json)) {
    observer?.listen(ownerLearner(gateway, key, { except: named }))
  }
  if (named.size === 0) return call
  return whenKnown(guardResources(gateway, key, [...named], reportTo(gateway, key, res)), ({ litellmIds }) =>
    respelled(call, litellmIds),
  )
}

/** Tells what would have been refused, as admission control does. */
export function reportTo({ events }: GuardGateway, { hashedToken }: VirtualKey, res: ServerResponse) {
  return ({ code, message }: LiteLLMError) => {
    events?.tell('key:report', { code, message, hashedToken })
    const before = res.getHeader('x-litellm-would-refuse')
    if (!res.headersSent) res.setHeader('x-litellm-would-refuse', before ? `${before}, ${code}` : code)
  }
}

/** The call with the provider's ids in place of LiteLLM's. */
export function respelled(call: Call, litellmIds: NamedResources['litellmIds']): Call {
  if (!call.json || litellmIds.size === 0) return call
  const names = new Map([...litellmIds].map(([sent, { id }]) => [sent, id]))
  const changed = renamedMembers(call.json, call.shape, names)
  if (changed.size === 0) return call
  const texts = new Map([...changed].map(([name, value]) => [name, JSON.stringify(value)]))
  return {
    ...call,
    json: { ...call.json, ...Object.fromEntries(changed) },
    body: call.body && editJson(call.body, texts),
  }
}

/** An upstream that a client has chosen could say that it has made anything. */
function namesUpstream({ api_base, base_url }: Json): boolean {
  return api_base !== undefined || base_url !== undefined
}
