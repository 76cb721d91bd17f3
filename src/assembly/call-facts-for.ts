import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { GlobalBudget } from '../litellm/global-budget.ts'
import { type CachedCallFacts, createCallFactsStore } from '../litellm/key-call-facts.ts'

/** Rows of whoever calls name beside their key. Without a database nobody has one. */
export function callFactsFor(
  config: ResolvedOptions,
  database: Database | undefined,
  events: GatewayEvents,
): CachedCallFacts {
  if (!database) return NO_FACTS
  const { keyCache, settings, mode } = config
  const { general, litellm } = settings
  const { maxEndUserBudgetId: defaultEndUserBudgetId } = litellm
  // Where nothing is refused, what cannot be verified is not either.
  const failClosed = general.failClosedBudgetEnforcement === true && mode !== 'report'
  const globalBudget = globalBudgetOf(config, database, events)
  return createCallFactsStore({ ...keyCache, ...database, defaultEndUserBudgetId, failClosed, globalBudget })
}

/** Its row is inserted as soon as the database answers, and updated when the settings have changed, as in LiteLLM. */
function globalBudgetOf(
  { settings: { litellm }, timeZone }: ResolvedOptions,
  { sql, schema }: Database,
  events: GatewayEvents,
): GlobalBudget | undefined {
  const { maxBudget: max, budgetDuration: duration } = litellm
  if (!max) return undefined
  const budget = new GlobalBudget({ sql, schema, max, duration, timeZone })
  events.on('database:up', () => {
    budget.keep().catch((error: unknown) => events.tell('fault', { error, where: 'the row of the global budget' }))
  })
  return budget
}

const NO_FACTS: CachedCallFacts = {
  endUser: async () => undefined,
  agent: async () => undefined,
  tags: async () => [],
  globalSpend: async () => undefined,
  spendSince: async () => undefined,
  forget: () => {},
  clear: () => {},
}
