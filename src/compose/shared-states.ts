import type { ResolvedOptions } from '../config/options.ts'
import type { DeliveryStates } from '../signals/delivery-views.ts'
import type { Rooms } from './open-rooms.ts'

/** What processes share through Redis or PostgreSQL, and the events that tell when this one cannot, and can again. */
const PAIRS = [
  ['budgets', 'budget:local', 'budget:shared'],
  ['limits', 'limits:local', 'limits:shared'],
  ['routing', 'routing:local', 'routing:shared'],
  ['resources', 'resources:local', 'resources:shared'],
  ['spend', 'spend:local', 'spend:shared'],
  ['cache', 'cache:away', 'cache:back'],
] as const

/** What `/health/readiness/details` says beside the database. */
export function statesOf({ redis }: ResolvedOptions, { events, signals }: Pick<Rooms, 'events' | 'signals'>) {
  const away = new Set<string>()
  for (const [name, left, back] of PAIRS) {
    events.own.on(left, () => away.add(name))
    events.own.on(back, () => away.delete(name))
  }
  return {
    notShared: () => [...away],
    outboxes: () => Object.fromEntries(signals.outboxes.map((outbox) => [outbox.name, outbox.gauges()])),
    redis() {
      if (!redis) return undefined
      return IN_REDIS.some((name) => away.has(name)) ? 'disconnected' : 'connected'
    },
  } satisfies DeliveryStates
}

/** Where a Redis is configured, these are in it. */
const IN_REDIS = ['limits', 'routing', 'spend', 'cache']
