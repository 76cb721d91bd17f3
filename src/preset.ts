import type { IncomingMessage, ServerResponse } from 'node:http'
import { openContext } from './call/request/context.ts'
import { callRouteOf } from './call/request/read-call.ts'
import { targetPath } from './call/request/request-facts.ts'
import { litellmAdmin } from './endpoints/admin.ts'
import { litellmAuth, userAuthEndpoint } from './endpoints/auth.ts'
import { litellmCache } from './endpoints/cache.ts'
import { cacheAdminEndpoint, isCacheAdmin } from './endpoints/cache-admin.ts'
import { configReloadEndpoint, RELOAD_PATH } from './endpoints/config-reload.ts'
import { allowOrigin, answerPreflight, preflightMethod } from './endpoints/cors.ts'
import { countTokensEndpoint, isCountingPath } from './endpoints/count-tokens.ts'
import { isLitellmUi, litellmUiEndpoint, uiConfigEndpoint } from './endpoints/dashboard/litellm-ui.ts'
import { type GatewayOption, gatewayOf } from './endpoints/default-gateway.ts'
import { litellmErrors } from './endpoints/errors.ts'
import { livelinessEndpoint, readinessDetailsEndpoint, readinessEndpoint } from './endpoints/health/health.ts'
import { healthEndpoint } from './endpoints/health/health-models.ts'
import { healthServicesEndpoint } from './endpoints/health/health-services.ts'
import { litellmHooks } from './endpoints/hooks.ts'
import { isLogin, loginEndpoint } from './endpoints/login.ts'
import { litellmMetrics } from './endpoints/metrics.ts'
import {
  modelGroupInfoEndpoint,
  modelInfoEndpoint,
  modelPageEndpoint,
  publicModelsEndpoint,
} from './endpoints/model-info.ts'
import { modelsEndpoint } from './endpoints/models.ts'
import { litellmProxy } from './endpoints/proxy.ts'
import { litellmRelay, type RelayMiddleware } from './endpoints/relay/relay.ts'
import { recordSpend } from './endpoints/spend.ts'
import { spendLogsEndpoint } from './endpoints/spend-logs.ts'
import type { Gateway, RequestCounter } from './gateway.ts'
import { compose, type Middleware } from './lib/http/middleware.ts'
import { selectReader } from './usage/shapes/readers.ts'

export type PresetOptions = GatewayOption<Gateway>

export interface GatewayMiddleware extends Middleware {
  /** For `server.on('upgrade', ...)`: WebSocket sessions of `/v1/realtime`. */
  readonly upgrade: RelayMiddleware['upgrade']
  /** The methods by which it answers a path, below its mount path. None: it leaves the path to the app. */
  methodsOf(path: string): readonly string[]
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * The whole gateway as one middleware, all parts in the right order: spend, auth, proxy, and the answers to errors.
 * Takes the routes of an LLM gateway, under any mount path, and leaves every other request to the app.
 */
export function litellm(options: PresetOptions = {}): GatewayMiddleware {
  const gateway = gatewayOf<Gateway>(options)
  // Nothing else reads the request here.
  const uploads = { maxBytes: gateway.calls.maxBodyBytes, needsModel: true }
  const streaming = { ...gateway, calls: { ...gateway.calls, uploads } }
  const auth = litellmAuth({ gateway: streaming })
  const hooks = litellmHooks({ gateway: streaming })
  const proxy = litellmProxy({ gateway: streaming })
  const call = gateway.cache
    ? compose(spend, auth, hooks, litellmCache({ gateway: streaming }), proxy)
    : compose(spend, auth, hooks, proxy)
  const keyOnly = litellmAuth({ gateway, checkModel: false })
  const models = compose(keyOnly, modelsEndpoint({ gateway }))
  const openAdmin = litellmAdmin({ gateway })
  const admin = compose(keyOnly, openAdmin)
  const cacheAdmin = compose(keyOnly, cacheAdminEndpoint({ gateway }))
  const reload = compose(keyOnly, configReloadEndpoint({ gateway }))
  const relay = litellmRelay({ gateway })
  const userAuth = userAuthEndpoint({ gateway })
  const countTokens = compose(litellmAuth({ gateway }), countTokensEndpoint({ gateway }))
  const login = loginEndpoint({ gateway })
  const ui = litellmUiEndpoint({ gateway })
  const errors = litellmErrors()
  const metrics = gateway.metrics?.started ? litellmMetrics({ gateway }) : undefined
  const readOnly = readOnlyRoutes(gateway, keyOnly, models)

  return Object.assign(litellmMiddleware, { upgrade: relay.upgrade, methodsOf })

  function methodsOf(path: string): readonly string[] {
    return METHODS.filter(
      (method) =>
        (method === 'GET' && readOnly[path]) ||
        (method === 'POST' && (path === RELOAD_PATH || selectReader(gateway.calls.readers, path, method))) ||
        gateway.admin?.match(method, path),
    )
  }

  function litellmMiddleware(...[req, res, next]: Parameters<Middleware>) {
    if (gateway.openCalls?.isEnding) res.shouldKeepAlive = false
    const { cors } = gateway
    const wanted = cors && preflightMethod(req)
    if (cors && wanted && chosenFor(withMethod(req, wanted))) return answerPreflight(req, res, cors)
    const chosen = chosenFor(req)
    if (!chosen) return next()
    if (cors) allowOrigin(req, res, cors)
    if (req.method === 'POST' && gateway.requests) countWhenOver(req, res, gateway.requests)
    // Of calls and what is relayed it stands among the headers of the answer.
    if (chosen !== call && chosen !== relay) res.setHeader('x-litellm-call-id', openContext(req).callId)
    chosen(req, res, (error) => (error ? errors(error, req, res, next) : next()))
  }

  // Before auth, so that the refusal of a known key leaves a row too. The body is read by auth, for known keys only.
  function spend(...[req, res, next]: Parameters<Middleware>) {
    recordSpend(req, res, gateway)
    next()
  }

  function chosenFor(req: IncomingMessage): Middleware | undefined {
    return (req.method === 'GET' ? readOnly[routeOf(req)] : undefined) ?? otherwise(req)
  }

  function otherwise(req: IncomingMessage): Middleware | undefined {
    if (relay.matches(req)) return relay
    if (isCall(req)) return call
    const managed = gateway.admin?.match(req.method ?? 'GET', routeOf(req))
    if (managed) return managed.value.access === 'public' ? openAdmin : admin
    if (isCacheAdmin(req)) return cacheAdmin
    if (isModel(req)) return models
    if (isLogin(req, gateway)) return login
    if (gateway.ui?.files && isLitellmUi(req)) return ui
    if (isCounting(req)) return countTokens
    if (metrics && isMetrics(req)) return metrics
    if (req.method === 'POST' && routeOf(req) === RELOAD_PATH) return reload
    return req.method === 'POST' && routeOf(req) === '/user/auth' ? userAuth : undefined
  }

  function isCall(req: IncomingMessage): boolean {
    return req.method === 'POST' && callRouteOf(req, gateway.calls.readers).reader !== undefined
  }
}

/** Counts a request under the path that it came by: an app may change `url` on the way. */
function countWhenOver(req: IncomingMessage, res: ServerResponse, requests: RequestCounter): void {
  const path = routeOf(req)
  res.once('close', () => requests.record(path, res.headersSent ? res.statusCode : 0))
}

/** What is only read, by its path. */
function readOnlyRoutes(
  gateway: Gateway,
  keyOnly: Middleware,
  models: Middleware,
): Readonly<Record<string, Middleware>> {
  const modelInfo = compose(keyOnly, modelInfoEndpoint({ gateway }))
  return {
    '/health': compose(keyOnly, healthEndpoint({ gateway })),
    '/public/model_hub': publicModelsEndpoint({ gateway }),
    '/health/services': compose(keyOnly, healthServicesEndpoint({ gateway })),
    '/health/liveliness': livelinessEndpoint(),
    '/health/liveness': livelinessEndpoint(),
    '/health/readiness': readinessEndpoint({ gateway }),
    '/health/readiness/details': compose(keyOnly, readinessDetailsEndpoint({ gateway })),
    '/.well-known/litellm-ui-config': uiConfigEndpoint({ gateway }),
    '/litellm/.well-known/litellm-ui-config': uiConfigEndpoint({ gateway }),
    '/models': models,
    '/v1/models': models,
    '/model/info': modelInfo,
    '/v1/model/info': modelInfo,
    '/v2/model/info': compose(keyOnly, modelPageEndpoint({ gateway })),
    '/model_group/info': compose(keyOnly, modelGroupInfoEndpoint({ gateway })),
    '/spend/logs': compose(keyOnly, spendLogsEndpoint({ gateway })),
  }
}

function isModel({ method, url = '/' }: IncomingMessage): boolean {
  return method === 'GET' && /^\/(v1\/)?models\/./.test(url)
}

function isCounting(req: IncomingMessage): boolean {
  return req.method === 'POST' && isCountingPath(routeOf(req))
}

function isMetrics(req: IncomingMessage): boolean {
  return req.method === 'GET' && /^\/metrics(\/|$)/.test(routeOf(req))
}

/** The request that a preflight asks for. */
function withMethod(req: IncomingMessage, method: string): IncomingMessage {
  return Object.create(req, { method: { value: method } })
}

/** The path under the mount point. */
function routeOf({ url = '/' }: IncomingMessage): string {
  return targetPath(url)
}
