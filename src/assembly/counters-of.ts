import { MemoryRateCounters, type RateCounters } from '../auth/rate-counters.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { redisOf } from '../config/redis.ts'
import type { GatewayEvents } from '../events.ts'
import { openRedisCounters } from '../limits/redis-counters.ts'
import { SharedCounters } from '../limits/shared-counters.ts'

export interface Counters {
  readonly counters: RateCounters
  close(): Promise<void>
}

/** Where rates are counted: in LiteLLM's Redis when one is configured, else in this process. */
export function countersOf(config: ResolvedOptions, events: GatewayEvents): Counters {
  const { litellmSettings, env, passOnStoreError } = config
  const redis = redisOf(litellmSettings, env)
  if (!redis) return { counters: new MemoryRateCounters(), close: async () => {} }
  const counters = new SharedCounters({ open: () => openRedisCounters(redis), passOnStoreError, events })
  return { counters, close: () => counters.close() }
}
