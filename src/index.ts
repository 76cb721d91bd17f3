// The public API. Nothing else is importable: package.json "exports" names this file only.
export type { LiteLLMOptions } from './config/options.ts'
export { getContext, getKey, type RequestContext, tryGetContext } from './context.ts'
export { createLiteLLM } from './create-gateway.ts'
export { ConfigError, type ErrorCode, isLiteLLMError, LiteLLMError } from './errors.ts'
export type { DropReason, GatewayEventMap } from './events.ts'
export type { Gateway, GatewayClosing } from './gateway.ts'
export { createServer, serverClasses } from './http/create-server.ts'
export type { Middleware } from './http/middleware.ts'
export { litellmAdmin } from './middleware/admin.ts'
export { type AuthOptions, litellmAuth } from './middleware/auth.ts'
export { type ErrorMiddleware, litellmErrors } from './middleware/errors.ts'
export { type MeterAnswerOptions, meter } from './middleware/meter.ts'
export { litellmProxy, type ProxyOptions } from './middleware/proxy.ts'
export { litellmRelay } from './middleware/relay.ts'
export { litellmSpend, type SpendOptions } from './middleware/spend.ts'
export { litellmUsage, type UsageOptions } from './middleware/usage.ts'
export { litellm, type PresetOptions } from './preset.ts'
export type {
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
export { type UsageReader, usageOf } from './usage/reader.ts'
