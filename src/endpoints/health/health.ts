export { healthEndpoint } from './health-models.ts'

import { answerJson } from '../../call/answer/answer.ts'
import { ERROR_TABLE } from '../../error-table.ts'
import type { Gateway } from '../../gateway.ts'
import type { Middleware } from '../../lib/http/middleware.ts'
import { type GatewayOption, gatewayOf } from '../default-gateway.ts'

type HealthGateway = Pick<Gateway, 'database' | 'router'> & Partial<Pick<Gateway, 'openCalls' | 'cache' | 'states'>>

/** `GET /health/liveliness`: the process answers. */
export function livelinessEndpoint(): Middleware {
  return function litellmLivelinessMiddleware(_req, res) {
    answerJson(res, 200, "I'm alive!")
  }
}

/** What is wrong with a database that is not ready. */
const UNHEALTHY: Readonly<Record<string, string>> = {
  disconnected: 'the database is not reachable',
  'no writer':
    'the database gives no connection to write spend logs on: raise its `max_connections`, or lower `max_conns`',
  'no tables': ERROR_TABLE.no_tables.message,
}

/** `GET /health/readiness`: 503 while the database is away, has no tables, or refuses the writer, and from the first sign of the end. */
export function readinessEndpoint(options: GatewayOption<HealthGateway>): Middleware {
  const gateway = gatewayOf<HealthGateway>(options)

  return async function litellmReadinessMiddleware(_req, res) {
    const db = await gateway.database()
    const problem = problemOf(gateway, db)
    if (problem === undefined) return answerJson(res, 200, { status: 'healthy', db })
    answerJson(res, 503, { status: 'unhealthy', db, detail: `Service Unhealthy (${problem})` })
  }
}

/** `GET /health/readiness/details`: the same with Redis, and what ledger, journal and outboxes hold. For callers with a key. */
export function readinessDetailsEndpoint(options: GatewayOption<HealthGateway & Pick<Gateway, 'spend'>>): Middleware {
  const gateway = gatewayOf<HealthGateway & Pick<Gateway, 'spend'>>(options)

  return async function litellmReadinessDetailsMiddleware(_req, res) {
    const db = await gateway.database()
    const ready = problemOf(gateway, db) === undefined
    answerJson(res, ready ? 200 : 503, {
      status: ready ? 'healthy' : 'unhealthy',
      db,
      cache: gateway.cache?.gauges() ?? null,
      model_groups: gateway.router.modelGroups().length,
      spend: gateway.spend() ?? null,
      redis: gateway.states?.redis() ?? null,
      not_shared: gateway.states?.notShared() ?? [],
      callbacks: gateway.states?.outboxes() ?? null,
    })
  }
}

function problemOf({ openCalls }: HealthGateway, db: Awaited<ReturnType<Gateway['database']>>): string | undefined {
  if (openCalls?.isEnding) return 'the gateway is shutting down'
  return UNHEALTHY[db]
}
