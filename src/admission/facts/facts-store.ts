import type { AgentFacts } from '../../types.ts'
import type { BudgetPeriod } from './budget.ts'
import type { EndUserFacts, TagFacts } from './check.ts'

/** Where the checks get what they need beside the key. `undefined` is "there is none", or "that cannot be known now". */
export interface FactsStore {
  endUser(endUserId: string): Promise<EndUserFacts | undefined>
  agent(agentId: string): Promise<AgentFacts | undefined>
  /** Those of the tags that have a row. */
  tags(names: readonly string[]): Promise<readonly TagFacts[]>
  /** Spend of everybody in the window of the global budget. */
  globalSpend(): Promise<{ readonly spend: number; readonly readAt: Date } | undefined>
  /** Spend of a key or team since the begin of a budget window. Not remembered. */
  spendSince(filledBy: NonNullable<BudgetPeriod['filledBy']>): Promise<number | undefined>
}
