import { type Role, roleOf } from '../admission/credential/credential.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { litellmAdmin } from './admin.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type SpendLogsGateway = Pick<Gateway, 'admin' | 'calls' | 'sink'>

/** Others do not make the ledger write. */
const READERS: ReadonlySet<Role | undefined> = new Set<Role>(['proxy_admin', 'proxy_admin_viewer'])

/**
 * `GET /spend/logs`, see admin/reports/spend-logs.ts, with the calls that have just ended: what waits is written first. Mount
 * it after `litellmAuth`.
 */
export function spendLogsEndpoint(options: GatewayOption<SpendLogsGateway>): Middleware {
  const gateway = gatewayOf<SpendLogsGateway>(options)
  const admin = litellmAdmin({ gateway })

  return function litellmSpendLogsMiddleware(req, res, next) {
    if (!gateway.admin) return next(new LiteLLMError('no_database'))
    const flush = () => (READERS.has(roleOf(getKey(req))) ? gateway.sink.flush() : undefined)
    thenNext(flush, (error?: unknown) => (error ? next(error) : admin(req, res, next)))
  }
}
