// The public API. Nothing else is importable: package.json "exports" names this file only.

export type { CacheStore } from './cache/store/cache-store.ts'
export { getContext, getKey, type RequestContext, tryGetContext } from './call/request/context.ts'
export { createLiteLLM } from './compose/create-gateway.ts'
export type { LiteLLMOptions } from './config/options.ts'
export { litellmAdmin } from './endpoints/admin.ts'
export { type AuthOptions, litellmAuth } from './endpoints/auth.ts'
export { type CacheMiddlewareOptions, litellmCache } from './endpoints/cache.ts'
export { litellmDashboard } from './endpoints/dashboard/dashboard.ts'
export { type ErrorMiddleware, litellmErrors } from './endpoints/errors.ts'
export { litellmHooks } from './endpoints/hooks.ts'
export { type MeterAnswerOptions, meter } from './endpoints/meter.ts'
export { litellmMetrics } from './endpoints/metrics.ts'
export { litellmProxy, type ProxyOptions } from './endpoints/proxy.ts'
export { litellmRelay } from './endpoints/relay/relay.ts'
export { litellmSpend, type SpendOptions } from './endpoints/spend.ts'
export { litellmUsage, type UsageOptions } from './endpoints/usage.ts'
export { ConfigError, type ErrorCode, isLiteLLMError, LiteLLMError } from './errors.ts'
export type { DropReason, GatewayEventMap } from './events.ts'
export type { Gateway, GatewayClosing } from './gateway.ts'
export { createServer, serverClasses } from './lib/http/create-server.ts'
export type { Middleware } from './lib/http/middleware.ts'
export { litellm, type PresetOptions } from './preset.ts'
export type { CustomLogger, HookedAnswer, HookedCall, PreCallResult } from './signals/callbacks/custom-logger.ts'
export type { Logger } from './signals/log/logger.ts'
export type {
  CacheUse,
  Call,
  Deployment,
  FoundPrice,
  Json,
  KeyStore,
  ModelPrice,
  Outcome,
  Owners,
  PriceBook,
  PriceSource,
  Router,
  SpendClosing,
  SpendEvent,
  SpendGauges,
  SpendSink,
  Usage,
  UsageSource,
  VirtualKey,
} from './types.ts'
export { type UsageReader, usageOf } from './usage/shapes/reader.ts'
