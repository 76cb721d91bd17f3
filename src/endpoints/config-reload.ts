import { callerOf } from '../admin/caller.ts'
import { checkAccess, refuse } from '../admin/refuse.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { ConfigError } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

export const RELOAD_PATH = '/config/reload'

type ReloadingGateway = Partial<Pick<Gateway, 'reload'>>

/**
 * `POST /config/reload`, for administrators: this process reads its configuration again. A configuration that cannot be
 * used is answered with 400 and what is wrong with it, and changes nothing. Mount it after `litellmAuth`.
 */
export function configReloadEndpoint(options: GatewayOption<ReloadingGateway>): Middleware {
  const gateway = gatewayOf<ReloadingGateway>(options)

  return function litellmConfigReloadMiddleware(req, res, next) {
    thenNext(answer, (error) => error && next(error))

    async function answer(): Promise<void> {
      const refusal = checkAccess('admin', callerOf(getKey(req)), RELOAD_PATH, false)
      if (refusal) throw refusal
      if (!gateway.reload) throw refuse(404, 'This gateway cannot read its configuration again.')
      const report = await gateway.reload().catch((error: unknown) => {
        if (!(error instanceof ConfigError)) throw error
        throw refuse(400, `The old configuration stays. ${error.message}`, {
          type: 'invalid_configuration',
          cause: error,
        })
      })
      answerJson(res, 200, {
        status: 'reloaded',
        models: report.models,
        rejected_models: report.rejectedModels,
        warnings: report.warnings,
        needs_restart: report.needsRestart,
      })
    }
  }
}
