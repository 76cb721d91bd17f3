import * as z from 'zod'
import type { CacheStore } from '../cache/store/cache-store.ts'
import { type CustomLogger, LOGGER_METHODS } from '../signals/callbacks/custom-logger.ts'
import type { Logger } from '../signals/log/logger.ts'
import type { KeyStore, PriceBook, Router, SpendSink } from '../types.ts'
import type { UsageReader } from '../usage/shapes/reader.ts'
import { part } from './schema-kinds.ts'

const customLogger = z.custom<CustomLogger>(isLogger, {
  error: `must have one of the methods ${LOGGER_METHODS.join(', ')}`,
})

function isLogger(value: unknown): boolean {
  const logger = (value ?? {}) as CustomLogger
  const methods = LOGGER_METHODS.map((name) => logger[name]).filter((method) => method !== undefined)
  return methods.length > 0 && methods.every((method) => typeof method === 'function')
}

/** What only code can say: parts that users bring. */
export const partShape = {
  logger: part<Logger>('Logger', ['debug', 'info', 'warn', 'error'])
    .optional()
    .describe(
      'Where log lines go: pino, or another logger with its interface. Without it nothing is logged, see docs/logging.md. Of `serve` see `LITELLM_LOG`',
    ),
  keys: part<KeyStore>('KeyStore', ['find']).optional().describe('Replaces the key store'),
  router: part<Router>('Router', ['choose', 'modelGroups']).optional().describe('Replaces the router'),
  prices: part<PriceBook>('PriceBook', ['find']).optional().describe('Replaces the price book'),
  sink: part<SpendSink>('SpendSink', ['record', 'flush', 'close'])
    .optional()
    .describe('Is told each finished call, beside the ledger'),
  cacheStore: part<CacheStore>('CacheStore', ['get', 'set', 'delete'])
    .optional()
    .describe('Keeps the answers of the response cache, which it switches on. See docs/cache.md'),
  callbacks: z
    .array(customLogger, { error: 'must be a list of loggers' })
    .meta({ type: 'CustomLogger[]' })
    .optional()
    .describe('Code of your own that is told each call, beside the ledger'),
  readers: z
    .array(part<UsageReader>('UsageReader', ['match', 'read']), { error: 'must be a list of readers' })
    .meta({ type: 'UsageReader[]' })
    .optional()
    .describe('API shapes of your own, tried before the built-in ones'),
}
