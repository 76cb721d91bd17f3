import { hashSecret, type Role, roleOf } from '../admission/credential/credential.ts'
import { textProblem } from '../admission/facts/text-problem.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import type { SpendLogFilter } from '../ledger/write/sql/find-spend-logs.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type SpendLogsGateway = Pick<Gateway, 'spendLogs' | 'sink'>

/**
 * `GET /spend/logs?api_key=|user_id=|request_id=`: the latest rows of LiteLLM_SpendLogs, newest first, with the calls
 * that have just ended. `api_key` is a key's secret or its hashed token. For the master key and administrators. Mount it
 * after `litellmAuth`.
 */
export function spendLogsEndpoint(options: GatewayOption<SpendLogsGateway>): Middleware {
  const gateway = gatewayOf<SpendLogsGateway>(options)

  return function litellmSpendLogsMiddleware(req, res, next) {
    thenNext(() => answer(), onError)

    async function answer() {
      if (!READERS.has(roleOf(getKey(req)))) throw new LiteLLMError('master_key_only')
      const query = new URL(req.url ?? '/', 'http://gateway').searchParams
      await gateway.sink.flush()
      answerJson(res, 200, await gateway.spendLogs(toFilter(query)))
    }

    function onError(error?: unknown) {
      if (error) next(error)
    }
  }
}

const READERS: ReadonlySet<Role | undefined> = new Set<Role>(['proxy_admin', 'proxy_admin_viewer'])
const MAX_ROWS = 100

function toFilter(query: URLSearchParams): SpendLogFilter {
  const key = textIn(query, 'api_key')
  return {
    hashedToken: key?.startsWith('sk-') ? hashSecret(key) : key,
    userId: textIn(query, 'user_id'),
    requestId: textIn(query, 'request_id'),
    limit: MAX_ROWS,
  }
}

function textIn(query: URLSearchParams, param: string): string | undefined {
  const value = query.get(param) ?? undefined
  const problem = value === undefined ? undefined : textProblem(value)
  if (problem) throw new LiteLLMError('bad_request', { param, message: `\`${param}\` ${problem}.` })
  return value
}
