import type { ResolvedOptions } from '../config/options.ts'
import { routerRedisOf } from '../config/redis.ts'
import type { GatewayEvents } from '../events.ts'
import { openRedisExchange } from '../limits/redis-exchange.ts'
import { SharedState } from '../limits/shared-state.ts'
import { createMemoryState } from '../routing/memory-state.ts'
import type { RouterState } from '../routing/router-state.ts'

export interface State {
  readonly state: RouterState
  close(): Promise<void>
}

/** What the router remembers: shared through Redis when one is configured, else this process's own. */
export function stateOf({ settings: { written }, env }: ResolvedOptions, events: GatewayEvents): State {
  const redis = routerRedisOf(written.router_settings, written.litellm_settings, env)
  if (!redis) return { state: createMemoryState(), close: async () => {} }
  const state = new SharedState({ open: () => openRedisExchange(redis), events })
  return { state, close: () => state.close() }
}
