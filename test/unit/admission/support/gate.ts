import {
  type AdmissionControl,
  type AdmissionControlOptions,
  createAdmissionControl,
} from '../../../../src/admission/admission-control.ts'
import { BudgetReservations } from '../../../../src/admission/budgets/budget-reservations.ts'
import type { FactsStore } from '../../../../src/admission/facts/facts-store.ts'
import { MemoryRateCounters, type RateCounters } from '../../../../src/admission/limits/rate-counters.ts'
import { RateLimits } from '../../../../src/admission/limits/rate-limits.ts'

/** A gate of one process whose store knows nobody beside the keys. */
export function aGate(
  options: Partial<AdmissionControlOptions> = {},
  store: Partial<FactsStore> = {},
  counters: RateCounters = new MemoryRateCounters(),
): AdmissionControl {
  return createAdmissionControl({
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
