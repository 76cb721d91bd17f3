import { withMeantModel } from '../admission/models/model-access.ts'
import { observerOf } from '../call/answer/observe.ts'
import { guardCall } from '../call/forward/call-resources.ts'
import { ForwardedCall } from '../call/forward/forwarded-call.ts'
import { missingMember, unknownModel } from '../call/request/call-errors.ts'
import { openContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import { whenKnown } from '../lib/maybe-promise.ts'
import { callPlanOf } from '../models/routing/plan/call-plan.ts'
import type { Call } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type ProxyGateway = Pick<Gateway, 'router' | 'prices' | 'pricing' | 'upstream' | 'calls'> &
  Partial<Pick<Gateway, 'events' | 'admission' | 'resources' | 'turns'>>

export type ProxyOptions = GatewayOption<ProxyGateway>

/**
 * Chooses a deployment and streams the call through it; tries again and elsewhere as the router says, until the first
 * byte has reached the client. Writes `context.deployment` and `context.route`. The last middleware of a chain.
 */
export function litellmProxy(options: ProxyOptions = {}): Middleware {
  const gateway = gatewayOf<ProxyGateway>(options)
  const plan = callPlanOf(gateway.router)
  const unasked = new Set<string>()

  return function litellmProxyMiddleware(req, res, next) {
    const context = openContext(req)
    const start = (call: Call) => {
      const reader = gateway.calls.readers.find(({ shape }) => shape === call.shape)
      if (!reader) throw new LiteLLMError('not_found')
      if (call.modelGroup === '') throw unknownModel({ ...call, modelGroup: 'None' }, undefined, 'model_missing')
      const missing = missingMember(call, () => gateway.router.choose(call, context.key)?.defaults)
      if (missing) throw missing
      const guarded = guardCall(gateway, context, withMeantModel(call, context.key), observerOf(req), res)
      return whenKnown(guarded, (meant) =>
        new ForwardedCall({
          gateway,
          plan,
          req,
          res,
          next,
          context,
          call: meant,
          received: meant.sessionId === call.sessionId ? call : { ...call, sessionId: meant.sessionId },
          reader,
          unasked,
        }).start(),
      )
    }
    try {
      const call = callOf(req, res, gateway.calls)
      const started = whenKnown(call, start)
      if (started instanceof Promise) started.catch(next)
    } catch (error) {
      next(error)
    }
  }
}
