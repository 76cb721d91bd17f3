import { credentialOf } from '../auth/credential.ts'
import type { Refusal } from '../auth/refusal.ts'
import { secretFrom, secretHeaders } from '../auth/secret.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { headersNamed } from '../http/headers-named.ts'
import type { Middleware } from '../http/middleware.ts'
import { requestFactsOf } from '../http/request-facts.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type UserAuthGateway = Pick<Gateway, 'gate' | 'events' | 'calls' | 'allowsUserAuth'>

/**
 * `POST /user/auth`, by which LiteLLM lets users in by mail. It is closed to everybody unless `allow_user_auth` opens it,
 * and whose key it is that comes along is never looked up. Nobody is sent mail here: where it is open it is passed on.
 */
export function userAuthEndpoint(options: GatewayOption<UserAuthGateway> = {}): Middleware {
  const { gate, events, calls, allowsUserAuth } = gatewayOf<UserAuthGateway>(options)
  const { keyHeaderName } = calls
  const names = secretHeaders({ keyHeaderName })

  return function litellmUserAuthMiddleware(req, _res, next) {
    const unwelcome = gate.knock?.(requestFactsOf(req, undefined, calls))
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
