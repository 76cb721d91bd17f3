import { BudgetReservations } from '../../../../src/auth/budget-reservations.ts'
import type { CallFactsStore } from '../../../../src/auth/call-facts-store.ts'
import { createGate, type Gate, type GateOptions } from '../../../../src/auth/gate.ts'
import { MemoryRateCounters, type RateCounters } from '../../../../src/auth/rate-counters.ts'
import { RateLimits } from '../../../../src/auth/rate-limits.ts'

/** A gate of one process whose store knows nobody beside the keys. */
export function aGate(
  options: Partial<GateOptions> = {},
  store: Partial<CallFactsStore> = {},
  counters: RateCounters = new MemoryRateCounters(),
): Gate {
  return createGate({
    settings: {},
    reservations: new BudgetReservations(),
    limits: new RateLimits({ counters }),
    store: {
      endUser: async () => undefined,
      agent: async () => undefined,
      tags: async () => [],
      globalSpend: async () => undefined,
      spendSince: async () => 0,
      ...store,
    },
    ...options,
  })
}
