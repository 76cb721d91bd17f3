import { type AdmissionControl, createAdmissionControl } from '../admission/admission-control.ts'
import { BudgetReservations } from '../admission/budgets/budget-reservations.ts'
import { ExpectedOutput } from '../admission/budgets/expected-output.ts'
import { PastCalls } from '../admission/budgets/past-calls.ts'
import type { LeaseBook } from '../admission/budgets/shared/lease-book.ts'
import type { FactsStore } from '../admission/facts/facts-store.ts'
import type { BatchRates } from '../admission/limits/batch-rates.ts'
import type { RateLimits } from '../admission/limits/rate-limits.ts'
import { resolveModelAlias } from '../admission/models/model-access.ts'
import { withBudgetFallbacks } from '../admission/with-budget-fallbacks.ts'
import { WaitingCalls, withWaiting } from '../admission/with-waiting.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { type CachedFacts, createFactsStore } from '../keys/facts-store.ts'
import { GlobalBudget } from '../keys/global-budget.ts'
import type { RoutedCatalog } from '../models/routing/model-catalog.ts'
import { type FallbackLookUps, fallbacksFor } from '../models/routing/plan/fallbacks.ts'
import { requestRoutingOf } from '../models/routing/plan/request-routing.ts'
import type { BalancingRouter } from '../models/routing/router.ts'
import { isPriceable } from '../pricing/cost/price-call.ts'
import type { Call, Deployment, PriceBook, Router, VirtualKey } from '../types.ts'
import { createEstimate } from './estimate.ts'
import type { LiveSettings } from './reload.ts'

/** One error class of each table of fallbacks. */
const CLASSES = ['ContextWindowExceededError', 'ContentPolicyViolationError', 'InternalServerError'] as const

/** The global budget may change while it works. */
export interface ConfiguredFacts extends CachedFacts {
  configure(config: ResolvedOptions): void
}

const NO_FACTS: ConfiguredFacts = {
  endUser: async () => undefined,
  agent: async () => undefined,
  tags: async () => [],
  globalSpend: async () => undefined,
  spendSince: async () => undefined,
  forget: () => {},
  clear: () => {},
  configure: () => {},
}

/** A row that is read takes up to this long to arrive. */
const READING_MS = 5_000

export interface AdmissionParts {
  readonly live: LiveSettings
  readonly events: GatewayEvents
  readonly router: Router
  readonly prices: PriceBook
  /** Absent for a router that was brought: what it serves is its own business. */
  readonly catalog: RoutedCatalog | undefined
  /** Budgets that other processes hold too, with `reserve: postgres`. */
  readonly leases: LeaseBook | undefined
  readonly limits: RateLimits
  readonly batches: BatchRates
  readonly facts: FactsStore
}

/** All that stands between a known key and a call. */
export function admissionOf(config: ResolvedOptions, parts: AdmissionParts): AdmissionControl {
  const { keyCache, routing } = config
  const { general } = config.settings
  const { live, events, router, catalog, prices, leases, limits, batches, facts } = parts
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
  const tablesOf = (key: VirtualKey) => (router as Partial<BalancingRouter>).fallbacks?.(key) ?? routing.fallbacks
  const counted = general.tokenRateLimitType ?? 'total'
  const estimate = createEstimate({
    deploymentsOf: (call, key) => deploymentsFor(call, key, parts),
    fallbacksOf: (call, key) =>
      [...fallbackGroups(tablesOf(key), call, (name) => resolveModelAlias(key, name))].flatMap(
        (group) => catalog?.deploymentsOf(group) ?? [],
      ),
    prices,
    counted,
    past,
  })
  const reserves = !general.disableBudgetReservation && config.reserve !== 'off'
  const admission = createAdmissionControl({
    settings: live.checks,
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
      isUnpriced: (call, key) => isUnpriced(call, key, parts),
    },
    estimate: reserves ? estimate : (call, key) => ({ ...estimate(call, key), cost: 0, costOf: undefined }),
    counted,
    onAlert: (alert) => events.tell('budget:alert', alert),
    mode: config.mode,
  })
  return withWaiting(withBudgetFallbacks(admission), waiting)
}

function deploymentsFor(call: Call, key: VirtualKey, { catalog, router }: AdmissionParts): readonly Deployment[] {
  if (catalog) return catalog.deploymentsOf(call.modelGroup)
  const chosen = router.choose(call, key)
  return chosen ? [chosen] : []
}

function isUnpriced(call: Call, key: VirtualKey, parts: AdmissionParts): boolean {
  const found = deploymentsFor(call, key, parts)
  return (
    found.length > 0 && !found.some((deployment) => isPriceable({ call, deployment }, parts.prices, parts.live.pricing))
  )
}

/** A deployment cools down after it has failed: that is when "dynamic" limits hold. */
function inTrouble({ deploymentsOf }: RoutedCatalog, router: Router, model: string): boolean {
  const { coolingMs } = router as Partial<BalancingRouter>
  return coolingMs !== undefined && deploymentsOf(model).some((deployment) => coolingMs(deployment) > 0)
}

/** Rows of the entities that calls name beside their key. Without a database there are none. */
export function factsStoreOf(
  config: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): ConfiguredFacts {
  if (!database) return NO_FACTS
  const { keyCache, settings, mode } = config
  const { general, litellm } = settings
  const { maxEndUserBudgetId: defaultEndUserBudgetId } = litellm
  // Where nothing is refused, what cannot be verified is not either.
  const failClosed = general.failClosedBudgetEnforcement === true && mode !== 'report'
  const globalBudget = globalBudgetOf(config, database, events)
  return {
    ...createFactsStore({ ...keyCache, ...database, defaultEndUserBudgetId, failClosed, globalBudget }),
    configure({ settings: { litellm } }) {
      const { maxBudget: max, budgetDuration: duration } = litellm
      void globalBudget.configure({ max, duration }).catch(rowFault(events))
    },
  }
}

/** Its row is inserted as soon as the database answers, and updated when the settings have changed, as in LiteLLM. */
function globalBudgetOf(
  { settings: { litellm }, timeZone }: ResolvedOptions,
  { sql, schema }: Database,
  events: GatewayEvents,
): GlobalBudget {
  const { maxBudget: max, budgetDuration: duration } = litellm
  const budget = new GlobalBudget({ sql, schema, max, duration, timeZone })
  events.on('database:up', () => void budget.keep().catch(rowFault(events)))
  return budget
}

function rowFault(events: GatewayEvents): (error: unknown) => void {
  return (error) => events.tell('fault', { error, where: 'the row of the global budget' })
}

/**
 * Every model group that a call may end up at when its own fails, and the next, and so on: by the tables for its key and
 * by the call's own, whose names may be aliases. Whether the key may call them is not looked at, so they may be more than
 * are tried.
 */
function fallbackGroups(
  tables: FallbackLookUps,
  call: Pick<Call, 'json' | 'modelGroup'>,
  meant: (name: string) => string,
): ReadonlySet<string> {
  const routing = requestRoutingOf(call)
  const found = new Set<string>()
  if (routing.noFallbacks) return found
  const own = Object.values(routing.fallbacks).flatMap((list = []) => list.map(({ group }) => meant(group)))
  const open = [call.modelGroup, ...own]
  for (const name of own) found.add(name)
  // Grows on the way.
  for (const name of open) {
    for (const { group: next } of CLASSES.flatMap((one) => fallbacksFor(tables, name, one))) {
      for (const group of [next, meant(next)]) {
        if (!found.has(group)) open.push(group)
        found.add(group)
      }
    }
  }
  return found
}
