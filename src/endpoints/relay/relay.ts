import type { IncomingMessage, ServerResponse } from 'node:http'
import { observerOf } from '../../call/answer/observe.ts'
import { outcomeErrorOf } from '../../call/answer/outcome-of.ts'
import { upstreamWords } from '../../call/answer/upstream-words.ts'
import { cutWhenSilent } from '../../call/request/body/held-bodies.ts'
import { openContext } from '../../call/request/context.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Middleware, Next } from '../../lib/http/middleware.ts'
import { memoizeByRequest } from '../../lib/memoize.ts'
import type { Work } from '../../types.ts'
import type { RelayTarget } from '../../upstream/relay/relay.ts'
import { withPlace } from '../../upstream/upstream-error.ts'
import { object } from '../../usage/shapes/reader.ts'
import { selectReader } from '../../usage/shapes/readers.ts'
import { litellmAuth } from '../auth.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'
import { recordSpend } from '../spend.ts'
import { holdBatch } from './hold-batch.ts'
import { relayedBodyOf } from './relay-body.ts'
import { isForm, openRelayedCall, relayedCallOf } from './relay-call.ts'
import type { RelayGateway } from './relay-parts.ts'
import { addressResources } from './relay-resources.ts'
import { type RelayRoute, relayRouteOf, relayTargetOf } from './relay-target.ts'
import { createUpgrade, type Upgrade } from './relay-upgrade.ts'
import { answerStoredResponse } from './stored-response.ts'
import { untoldUsage } from './untold-usage.ts'

export interface RelayMiddleware extends Middleware {
  /** Whether this request is one that is relayed. */
  matches(req: IncomingMessage): boolean
  /** For `server.on('upgrade', ...)`: WebSocket sessions of `/v1/realtime`. */
  readonly upgrade: Upgrade
}

/**
 * Relays what is not a call that this gateway routes: files, batches, fine-tuning, vector stores, assistants, the
 * providers' own APIs below their prefixes, and the configuration's pass-through endpoints. Includes auth and spend: each
 * request leaves one row. Where a request goes comes from the configuration alone.
 */
export function litellmRelay(options: GatewayOption<RelayGateway> = {}): RelayMiddleware {
  const gateway = gatewayOf<RelayGateway>(options)
  // Nothing else reads the request here. A file may be larger than what is kept of bodies, and needs no model.
  const calls = { ...gateway.calls, uploads: { maxBytes: Number.POSITIVE_INFINITY, needsModel: false } }
  const reading = { ...gateway, calls }
  const auth = litellmAuth({ gateway: reading })
  const authVerbatim = litellmAuth({ gateway: reading, aliases: false })
  const { relay } = gateway
  const routeOf = memoizeByRequest(findRoute)

  return Object.assign(litellmRelayMiddleware, {
    matches: (req: IncomingMessage) => routeOf(req) !== undefined,
    upgrade: createUpgrade(gateway),
  })

  function litellmRelayMiddleware(req: IncomingMessage, res: ServerResponse, next: Next) {
    const route = routeOf(req)
    if (!route) return next()
    const place: Place = {}
    const askForUsage = (work: Work) =>
      untoldUsage(work, { upstream: gateway.upstream, target: place.target! }, (error) =>
        gateway.events.tell('fault', { error, where: `usage of ${work.id}` }),
      )
    recordSpend(req, res, { ...gateway, askForUsage })
    if (route.kind === 'endpoint') openContext(req).fixedCost = route.endpoint.costPerRequest
    try {
      openRelayedCall(req, route, gateway.calls)
    } catch (error) {
      return next(error)
    }
    const send: Next = (error) => (error ? next(error) : void forward(req, res, route, place, once(next)).catch(next))
    if (!route.auth) send()
    else if (isRouted(req, route)) auth(req, res, send)
    else authVerbatim(req, res, send)
  }

  async function forward(
    req: IncomingMessage,
    res: ServerResponse,
    route: RelayRoute,
    place: Place,
    fail: Fail,
  ): Promise<void> {
    const context = openContext(req)
    const asked = await relayedCallOf(req, res, route, calls)
    if (await answerStoredResponse(gateway, { req, res }, route, context)) return
    const { at, answer, ...addressed } = await addressResources(gateway, { req, res }, route, asked, context)
    const { call } = addressed
    const sources = { router: gateway.router, env: relay.env, models: relay.models, at }
    const { target, deployment } = relayTargetOf(addressed.route, req.url ?? '/', call, context.key, sources)
    context.deployment = deployment
    place.target = target
    await holdBatch(gateway, context, call, target, res)
    if (!call.body && !call.upload) cutWhenSilent(req, gateway.calls.bodyTimeoutMs)
    const answerHeaders = { 'x-litellm-call-id': context.callId }
    const onFailure = (status: number, said: string) => {
      const document = documentIn(said)
      const error = outcomeErrorOf(status, object(document), upstreamWords(document ?? said, context.call, target))
      if (error) observerOf(req)?.fail(error)
    }
    const { host } = new URL(target.origin)
    const onError = (error: LiteLLMError) =>
      fail(withPlace(error, { modelGroup: context.call?.modelGroup, deployment, host }))
    const job = { target, ...relayedBodyOf(call, addressed.route, deployment), answerHeaders, onFailure, onError }
    relay.transport.web(req, res, { ...job, answer: answer?.(target) })
  }

  function findRoute({ method = 'GET', url = '/' }: IncomingMessage): RelayRoute | undefined {
    const end = url.search(/[?#]/)
    const path = end < 0 ? url : url.slice(0, end)
    const route = relayRouteOf(method, path, relay.endpoints)
    return route?.kind === 'provider' && isOurModel(route, method, path) ? undefined : route
  }

  /** A call below a provider's prefix for one of our own model groups is a call like any other. */
  function isOurModel({ provider }: RelayRoute & { kind: 'provider' }, method: string, path: string): boolean {
    const model = provider.passThrough.namesModels && selectReader(gateway.calls.readers, path, method)?.modelIn?.(path)
    return typeof model === 'string' && gateway.router.modelGroups().includes(model)
  }
}

/** Whether the query or a form names the model: the router chooses its deployment. */
function isRouted(req: IncomingMessage, route: RelayRoute): boolean {
  return route.kind === 'resource' && (isForm(req, route) || Boolean(openContext(req).call?.modelGroup))
}

function documentIn(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return undefined
  }
}

type Fail = (error: LiteLLMError) => void

/** Where a request went, once that is known. */
interface Place {
  target?: RelayTarget
}

/** A proxy may report one failure twice, by its request and by ours. */
function once(next: Next): Fail {
  let open = true
  return (error) => {
    if (open) next(error)
    open = false
  }
}
