import { credentialOf } from '../admission/credential/credential.ts'
import { secretFrom, secretHeaders } from '../admission/credential/secret.ts'
import type { Refusal } from '../admission/facts/refusal.ts'
import { headersNamed, requestFactsOf } from '../call/request/request-facts.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

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
