import { answerJson } from '../call/answer/answer.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { litellmAuth } from './auth.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

/**
 * `GET /metrics`, for Prometheus: LiteLLM's metrics and some of the gateway's own. To mount it turns them on. It needs a
 * key, any key, unless `require_auth_for_metrics_endpoint` is false, and the package prom-client.
 */
export function litellmMetrics(options: GatewayOption<Gateway> = {}): Middleware {
  const gateway = gatewayOf<Gateway>(options)
  const { metrics } = gateway
  metrics?.start()
  const auth = litellmAuth({ gateway, checkModel: false })

  return function litellmMetricsMiddleware(req, res, next) {
    if (!metrics) return next()
    if (!metrics.needsKey) return answer()
    auth(req, res, (error) => (error ? refuse(error as Error) : answer()))

    function answer(): void {
      thenNext(write, (error) => error && next(error))
    }

    async function write(): Promise<void> {
      const { text, contentType } = await metrics!.read()
      res.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) })
      res.end(req.method === 'HEAD' ? undefined : text)
    }

    /** As LiteLLM says it: a JSON text, and 401 whatever the reason. */
    function refuse({ message }: Error): void {
      answerJson(
        res,
        401,
        `Unauthorized access to metrics endpoint: ${message} To allow unauthenticated access, set ` +
          '`litellm_settings.require_auth_for_metrics_endpoint: false` in your config.yaml.',
      )
    }
  }
}
