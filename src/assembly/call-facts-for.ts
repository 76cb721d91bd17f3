import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../litellm/database.ts'
import { type CachedCallFacts, createCallFactsStore } from '../litellm/key-call-facts.ts'

/** Rows of whoever calls name beside their key. Without a database nobody has one. */
export function callFactsFor(
  { keyCache, settings: { general, litellm }, mode }: ResolvedOptions,
  database: Database | undefined,
): CachedCallFacts {
  const { maxEndUserBudgetId: defaultEndUserBudgetId } = litellm
  // Where nothing is refused, what cannot be verified is not either.
  const failClosed = general.failClosedBudgetEnforcement === true && mode !== 'report'
  return database ? createCallFactsStore({ ...keyCache, ...database, defaultEndUserBudgetId, failClosed }) : NO_FACTS
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
