import type { BatchRates } from '../auth/batch-rates.ts'
import { BudgetReservations } from '../auth/budget-reservations.ts'
import type { CallFactsStore } from '../auth/call-facts-store.ts'
import { ExpectedOutput } from '../auth/expected-output.ts'
import { createGate, type Gate } from '../auth/gate.ts'
import { resolveModelAlias } from '../auth/model-alias.ts'
import { PastCalls } from '../auth/past-calls.ts'
import type { RateLimits } from '../auth/rate-limits.ts'
import { withBudgetFallbacks } from '../auth/with-budget-fallbacks.ts'
import { WaitingCalls, withWaiting } from '../auth/with-waiting.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { isPriceable } from '../cost/price-call.ts'
import type { GatewayEvents } from '../events.ts'
import type { LeaseBook } from '../litellm/lease-book.ts'
import type { RoutedCatalog } from '../routing/model-catalog.ts'
import type { BalancingRouter } from '../routing/router.ts'
import { routerSettingsOf } from '../routing/router-settings.ts'
import type { Call, Deployment, PriceBook, Router, VirtualKey } from '../types.ts'
import { checkSettingsOf } from './check-settings-of.ts'
import { createEstimate } from './estimate.ts'
import { fallbackGroups } from './fallback-groups.ts'

/** A row that is read takes up to this long to arrive. */
const READING_MS = 5_000

export interface GateParts {
  readonly events: GatewayEvents
  readonly router: Router
  readonly prices: PriceBook
  /** Absent for a router that was brought: what it serves is its own business. */
  readonly catalog: RoutedCatalog | undefined
  /** Budgets that other processes hold too, with `reserve: postgres`. */
  readonly leases: LeaseBook | undefined
  readonly limits: RateLimits
  readonly batches: BatchRates
  readonly facts: CallFactsStore
}

/** All that stands between a known key and a call. */
export function gateOf(config: ResolvedOptions, parts: GateParts): Gate {
  const { keyCache, env } = config
  const { general, litellm, written } = config.settings
  const { events, router, catalog, prices, leases, limits, batches, facts } = parts
  const waiting = new WaitingCalls({ waitMs: config.reserveWaitMs })
  const reservations = new BudgetReservations({
    rowsLiveMs: keyCache.ttlMs + keyCache.staleIfErrorMs + READING_MS,
    onRelease: (counters) => waiting.wake(counters),
  })
  events.on('spend:flush', ({ callIds }) => {
    if (!callIds) return
    reservations.written(callIds)
    leases?.written(callIds)
  })
  const past = new PastCalls()
  const counted = general.tokenRateLimitType ?? 'total'
  const { fallbacks } = routerSettingsOf({
    routerSettings: written.router_settings,
    litellmSettings: written.litellm_settings,
    env,
  })
  const estimate = createEstimate({
    deploymentsOf: (call, key) => deploymentsFor(call, key, parts),
    fallbacksOf: (call, key) =>
      [...fallbackGroups(fallbacks, call, (name) => resolveModelAlias(key, name))].flatMap(
        (group) => catalog?.deploymentsOf(group) ?? [],
      ),
    prices,
    counted,
    past,
  })
  const reserves = !general.disableBudgetReservation && config.reserve !== 'off'
  const gate = createGate({
    settings: {
      ...checkSettingsOf(general, litellm),
      compat: config.compat,
      timeZone: config.timeZone,
      blockedEndUsers: config.blockedEndUsers,
      blockUnpriced: config.pricing.unpricedModels === 'block',
    },
    reservations,
    past,
    output: new ExpectedOutput({ learns: config.reserveCost === 'expected' }),
    shared: leases,
    limits,
    batches,
    store: facts,
    catalog: catalog && {
      ...catalog,
      inTrouble: (model) => inTrouble(catalog, router, model),
      isUnpriced: (call, key) => isUnpriced(call, key, config, parts),
    },
    estimate: reserves ? estimate : (call, key) => ({ ...estimate(call, key), cost: 0, costOf: undefined }),
    counted,
    onAlert: (alert) => events.tell('budget:alert', alert),
    mode: config.mode,
  })
  return withWaiting(withBudgetFallbacks(gate), waiting)
}

function deploymentsFor(call: Call, key: VirtualKey, { catalog, router }: GateParts): readonly Deployment[] {
  if (catalog) return catalog.deploymentsOf(call.modelGroup)
  const chosen = router.choose(call, key)
  return chosen ? [chosen] : []
}

function isUnpriced(call: Call, key: VirtualKey, { pricing }: ResolvedOptions, parts: GateParts): boolean {
  const found = deploymentsFor(call, key, parts)
  return found.length > 0 && !found.some((deployment) => isPriceable({ call, deployment }, parts.prices, pricing))
}

/** A deployment cools down after it has failed: that is when "dynamic" limits hold. */
function inTrouble({ deploymentsOf }: RoutedCatalog, router: Router, model: string): boolean {
  const { coolingMs } = router as Partial<BalancingRouter>
  return coolingMs !== undefined && deploymentsOf(model).some((deployment) => coolingMs(deployment) > 0)
}
