import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../litellm/database.ts'
import { type CachedCallFacts, createCallFactsStore } from '../litellm/key-call-facts.ts'

/** Rows of whoever calls name beside their key. Without a database nobody has one. */
export function callFactsFor(
  { keyCache, litellmSettings, generalSettings, mode }: ResolvedOptions,
  database: Database | undefined,
): CachedCallFacts {
  const { max_end_user_budget_id: id } = litellmSettings
  const defaultEndUserBudgetId = typeof id === 'string' && id !== '' ? id : undefined
  // Where nothing is refused, what cannot be verified is not either.
  const failClosed = generalSettings.fail_closed_budget_enforcement === true && mode !== 'report'
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
