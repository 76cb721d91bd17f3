import type { EndUserFacts, TagFacts } from '../admission/facts/check.ts'
import { GLOBAL_BUDGET_USER } from '../admission/facts/counters.ts'
import type { FactsStore } from '../admission/facts/facts-store.ts'
import { monotonicDate } from '../admission/facts/time-zone.ts'
import { bool, json, limitsOf, money } from '../database/json-column.ts'
import { LiteLLMError } from '../errors.ts'
import type { AgentFacts } from '../types.ts'
import { CachedLookup, type CacheOptions, type Found } from './cached-lookup.ts'
import type { GlobalBudget } from './global-budget.ts'
import { isDatabaseError, type LookupOptions, withSchema } from './key-lookup.ts'
import { agentFacts } from './key-row.ts'
import { findAgent } from './sql/find-agent.ts'
import { type EndUserRow, findEndUser } from './sql/find-end-user.ts'
import { findSpendSince, type SpendOwner } from './sql/find-spend-since.ts'
import { findTags } from './sql/find-tags.ts'

export interface FactsStoreOptions extends LookupOptions, CacheOptions {
  /** LiteLLM's `max_end_user_budget_id`: the budget of end users that have none. */
  readonly defaultEndUserBudgetId?: string
  /** Absent: there is no global budget. */
  readonly globalBudget?: GlobalBudget
  /** What cannot be asked for, or only from memory that is out of date, refuses the call: `budget_unverifiable`. */
  readonly failClosed?: boolean
}

/**
 * As in LiteLLM, a database that does not answer refuses no call here, unless configured: what is not in memory
 * then is not known.
 */
export interface CachedFacts extends FactsStore {
  /** The end user and the tag of this name are read again, and the global budget by the name of its user. */
  forget(name: string): void
  /** Everything is read again. */
  clear(): void
}

const COLUMNS = { key: 'api_key', team: 'team_id' } as const satisfies Record<string, SpendOwner>

export function createFactsStore(options: FactsStoreOptions): CachedFacts {
  const { sql, defaultEndUserBudgetId, globalBudget, failClosed } = options
  const { max, ttlMs, negativeTtlMs, staleIfErrorMs, clock } = options
  const usual = { max, ttlMs, negativeTtlMs, staleIfErrorMs, clock }
  const shared = failClosed ? { ...usual, staleIfErrorMs: 0 } : usual
  const known = failClosed ? orRefused : orUndefined
  const endUsers = new CachedLookup<EndUserFacts>({ ...shared, load: loadEndUsers })
  // Rates, not budgets: a store that does not answer refuses no call.
  const agents = new CachedLookup<AgentFacts>({ ...usual, load: loadAgents })
  const tags = new CachedLookup<TagFacts>({ ...shared, load: loadTags })
  const totals = new CachedLookup<{ spend: number; readAt: Date }>({ ...shared, max: 1, load: loadGlobalSpend })

  return {
    endUser: (endUserId) => known(endUsers.find(endUserId)),
    agent: (agentId) => orUndefined(agents.find(agentId)),
    async tags(names) {
      const found = await known(tags.findMany(names))
      return names.map((name) => found?.get(name)).filter((tag) => tag !== undefined)
    },
    globalSpend: () => known(totals.find(GLOBAL_BUDGET_USER)),
    spendSince({ entity, id, since }) {
      const owner = { column: COLUMNS[entity], id }
      return known(withSchema(options, (_tables, how) => findSpendSince(sql, owner, since, how)))
    },
    forget(name) {
      endUsers.forget(name)
      tags.forget(name)
      totals.forget(name)
    },
    clear() {
      endUsers.clear()
      agents.clear()
      tags.clear()
      totals.clear()
    },
  }

  async function loadEndUsers(ids: readonly string[]): Promise<ReadonlyMap<string, Found<EndUserFacts>>> {
    const found = new Map<string, Found<EndUserFacts>>()
    for (const id of ids) {
      const readAt = monotonicDate()
      const row = await withSchema(options, (tables, how) => findEndUser(sql, tables, id, defaultEndUserBudgetId, how))
      if (row) found.set(id, { value: toEndUser(id, row, readAt) })
    }
    return found
  }

  async function loadAgents(ids: readonly string[]): Promise<ReadonlyMap<string, Found<AgentFacts>>> {
    const found = new Map<string, Found<AgentFacts>>()
    for (const id of ids) {
      const row = await withSchema(options, (tables, how) => findAgent(sql, tables, id, how))
      if (row) found.set(id, { value: agentFacts(row) })
    }
    return found
  }

  async function loadTags(names: readonly string[]): Promise<ReadonlyMap<string, Found<TagFacts>>> {
    const readAt = monotonicDate()
    const rows = await withSchema(options, (tables, how) => findTags(sql, tables, names, how))
    return new Map(
      rows.map(({ tag_name: name, spend, max_budget }) => [
        name,
        { value: { name, spend, maxBudget: max_budget ?? undefined, readAt } },
      ]),
    )
  }

  async function loadGlobalSpend() {
    const readAt = monotonicDate()
    const spend = await globalBudget?.spend()
    return new Map(spend === undefined ? [] : [[GLOBAL_BUDGET_USER, { value: { spend, readAt } }]])
  }
}

function toEndUser(id: string, { end_user, budget }: EndUserRow, readAt: Date): EndUserFacts {
  return {
    id,
    spend: money(end_user.spend) ?? 0,
    blocked: bool(end_user.blocked),
    maxBudget: money(budget?.max_budget),
    modelMaxBudget: budget?.model_max_budget ? json(budget.model_max_budget) : undefined,
    limits: limitsOf(budget),
    readAt,
  }
}

async function orRefused<T>(looking: Promise<T>): Promise<T> {
  try {
    return await looking
  } catch (cause) {
    throw isDatabaseError(cause) ? new LiteLLMError('budget_unverifiable', { cause, param: 'None' }) : cause
  }
}

async function orUndefined<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking
  } catch (error) {
    if (isDatabaseError(error)) return undefined
    throw error
  }
}
