import type { IncomingMessage, ServerResponse } from 'node:http'
import { credentialOf, hashSecret, MASTER_KEY, unknownKey } from '../admission/credential/credential.ts'
import { secretFrom, secretHeaders } from '../admission/credential/secret.ts'
import type { Admission } from '../admission/facts/check.ts'
import { type Refusal, refusalError } from '../admission/facts/refusal.ts'
import { chargeCall } from '../call/forward/charge-call.ts'
import { hasBody } from '../call/request/body/read-body.ts'
import { openContext, type RequestContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import { headersNamed, normalTarget, requestFactsOf } from '../call/request/request-facts.ts'
import { isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { type MaybePromise, whenKnown } from '../lib/maybe-promise.ts'
import type { VirtualKey } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type AuthGateway = Pick<Gateway, 'keys' | 'admission' | 'prices' | 'pricing' | 'events' | 'calls' | 'masterKeyHash'> &
  Partial<Pick<Gateway, 'openCalls'>>

export interface AuthOptions extends GatewayOption<AuthGateway> {
  /** Let requests without a key through; `getContext(req).key` is then undefined. Default `false`. */
  readonly optional?: boolean
  /** Also check that the key may make the call in the body, and hold it against budgets and limits. Default `true`. */
  readonly checkModel?: boolean
  /**
   * The names that keys and teams give to models are resolved, and what they stand for is checked: `litellmProxy` calls
   * that. `false` where the body goes to the upstream as it came; names are checked as they are then. Default `true`.
   */
  readonly aliases?: boolean
}

/**
 * Identifies the virtual key behind a request and refuses what it may not do, with LiteLLM's statuses and sentences.
 * Writes `context.key`.
 */
export function litellmAuth(options: AuthOptions = {}): Middleware {
  const gateway = gatewayOf<AuthGateway>(options)
  const { admission, events, calls, masterKeyHash } = gateway
  const { keyHeaderName } = calls
  const { optional = false, checkModel = true, aliases = true } = options
  const names = secretHeaders({ keyHeaderName })

  return function litellmAuthMiddleware(req, res, next) {
    thenNext(() => authenticate(req, res), next)
  }

  function authenticate(req: IncomingMessage, res: ServerResponse): MaybePromise<void> {
    const context = openContext(req)
    if (gateway.openCalls?.isClosed) throw new LiteLLMError('shutting_down')
    // Who comes after us, a stock proxy for one, joins it to an address.
    if (req.url) req.url = normalTarget(req.url)
    const unwelcome = admission.refuseUnknown?.(requestFactsOf(req, undefined, calls))
    if (unwelcome) throw refused(events, unwelcome)
    const secret = secretFrom(headersNamed(req, names), req.url ?? '/', { keyHeaderName })
    if (secret === undefined && optional) return
    const credential = credentialOf(secret, masterKeyHash)
    if (credential.kind === 'virtual') context.presented = credential.hashedToken
    if (credential.kind === 'refused') {
      if (secret) context.presented = hashSecret(secret)
      throw refused(events, credential.refusal)
    }
    const shown = credential.kind === 'virtual' ? credential.shown : undefined
    return whenKnown(credential.kind === 'master' ? MASTER_KEY : findKey(gateway, credential), (key) => {
      // Before the checks: the refusal of a known key is recorded under it.
      context.key = key
      return whenKnown(enter(req, res, context, key, shown), () =>
        events.tell('key:accept', { hashedToken: key.hashedToken }),
      )
    })
  }

  function enter(
    req: IncomingMessage,
    res: ServerResponse,
    context: RequestContext,
    key: VirtualKey,
    shown: string | undefined,
  ): MaybePromise<void> {
    const { callId } = context
    const isCall = checkModel && (req.method === 'POST' || hasBody(req) || context.call)
    return whenKnown(isCall ? callOf(req, res, calls) : undefined, (call) => {
      // Before the admission, so that a client that leaves meanwhile is not missed.
      if (call) res.once('close', () => void leave(gateway, context))
      const request = requestFactsOf(req, call, calls)
      const decision = admission.admit({
        callId,
        key,
        shown,
        call,
        fixedCost: context.fixedCost,
        request,
        verbatim: !aliases,
        currentKey: () => currentKey(gateway, context, key, shown),
      })
      return whenKnown(decision, (decision) => {
        if (decision.refusal) throw refused(events, decision.refusal, key.hashedToken)
        if (call) context.progress = (outputTokens) => admission.progress?.(callId, outputTokens)
        context.limits = decision.headers
        if (call && decision.modelGroup !== undefined) context.call = { ...call, modelGroup: decision.modelGroup }
        return whenKnown(res.destroyed ? leave(gateway, context) : undefined, () =>
          announce(events, res, decision, key),
        )
      })
    })
  }
}

interface Presented {
  readonly hashedToken: string
  readonly shown: string
}

function findKey(gateway: AuthGateway, presented: Presented): MaybePromise<VirtualKey> {
  return gateway.keys.peek?.(presented.hashedToken) ?? lookUp(gateway, presented)
}

async function lookUp({ keys, events }: AuthGateway, presented: Presented): Promise<VirtualKey> {
  const key = await keys.find(presented.hashedToken).catch((cause: unknown) => {
    throw isLiteLLMError(cause) ? cause : new LiteLLMError('key_store_unavailable', { cause })
  })
  if (!key) throw refused(events, unknownKey(presented), presented.hashedToken)
  return key
}

/** A key may have been blocked or deleted while its call waited. */
function currentKey(
  gateway: AuthGateway,
  context: RequestContext,
  key: VirtualKey,
  shown = '',
): MaybePromise<VirtualKey> {
  if (key.master) return key
  return whenKnown(findKey(gateway, { hashedToken: key.hashedToken, shown }), (found) => {
    context.key = found
    return found
  })
}

type Events = AuthGateway['events']

function announce(events: Events, res: ServerResponse, admission: Admission, { hashedToken }: VirtualKey): void {
  const { headers, reported } = admission
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  if (reported.length === 0) return
  for (const { code, message } of reported) events.tell('key:report', { code, message, hashedToken })
  // The first is the one that would have been answered.
  res.setHeader('x-litellm-would-refuse', [...new Set(reported.map(({ code }) => code))].join(', '))
}

/** What was reserved is settled, however the call ended. */
async function leave(gateway: AuthGateway, context: RequestContext): Promise<void> {
  const outcome = await context.outcome
  const { callId } = context
  const { cost = 0 } = outcome ? chargeCall(context, outcome, gateway) : {}
  try {
    const { usage, responseId, status } = outcome ?? {}
    await gateway.admission.settle(callId, { cost, usage, responseId, failed: status === 'failure' })
  } catch (error) {
    gateway.events.tell('fault', { error, where: 'gate' })
  }
}

function refused(events: Events, refusal: Refusal, hashedToken?: string): LiteLLMError {
  events.tell('key:reject', { code: refusal.code, hashedToken })
  return refusalError(refusal)
}

type UserAuthGateway = Pick<Gateway, 'admission' | 'events' | 'calls' | 'allowsUserAuth'>

/**
 * `POST /user/auth`, by which LiteLLM lets users in by mail. It is closed to everybody unless `allow_user_auth` opens it,
 * and whose key it is that comes along is never looked up. The gateway sends no mail: where the route is open the request is passed on.
 */
export function userAuthEndpoint(options: GatewayOption<UserAuthGateway> = {}): Middleware {
  const { admission, events, calls, allowsUserAuth } = gatewayOf<UserAuthGateway>(options)
  const { keyHeaderName } = calls
  const names = secretHeaders({ keyHeaderName })

  return function litellmUserAuthMiddleware(req, _res, next) {
    const unwelcome = admission.refuseUnknown?.(requestFactsOf(req, undefined, calls))
    if (!unwelcome && allowsUserAuth) return next()
    const secret = secretFrom(headersNamed(req, names), req.url ?? '/', { keyHeaderName })
    const { code, ...details } = unwelcome ?? (secret ? CLOSED : withoutSecret(secret))
    events.tell('key:reject', { code })
    next(new LiteLLMError(code, details))
  }
}

const CLOSED: Refusal = { code: 'forbidden', param: 'None', message: "'allow_user_auth' not set or set to False" }

function withoutSecret(secret: string | undefined): Refusal {
  const credential = credentialOf(secret, undefined)
  return credential.kind === 'refused' ? credential.refusal : CLOSED
}
