import type { Budget } from './budget.ts'
import type { CallFacts } from './check.ts'
import * as counters from './counters.ts'

/** The row whose `spend` a counter is, in the words of the admission statement. */
export interface SpendRow {
  readonly entity: 'key' | 'team' | 'user' | 'member' | 'organization' | 'project' | 'end_user' | 'tag'
  readonly id: string
  /** The team of a member. */
  readonly teamId?: string
}

export interface SharedBudget {
  readonly budget: Budget
  readonly row: SpendRow
}

/** What several processes hold against the same budgets. */
export interface SharedBudgets {
  /**
   * Holds the estimate against all of these budgets, in one step for all processes, or against none: then it names the
   * one that has no room, with what is spent and held of it. Resolves with `undefined` also when nobody can be asked.
   */
  admit(call: {
    readonly callId: string
    readonly budgets: readonly SharedBudget[]
    readonly estimate: number
    readonly regardless: boolean
  }): Promise<{ readonly counter: string; readonly spend: number } | undefined>
  /** The call has ended and cost this much. */
  settle(callId: string, cost: number): void
}

/** The budgets among these that a row counts. Windows and everybody's budget are counted by each process for itself. */
export function sharedBudgetsOf(facts: CallFacts, budgets: readonly Budget[]): readonly SharedBudget[] {
  const rows = spendRowsOf(facts)
  return budgets.flatMap((budget) => {
    const row = rows.get(budget.counter)
    return row ? [{ budget, row }] : []
  })
}

function spendRowsOf({ key, endUser, tags = [] }: CallFacts): ReadonlyMap<string, SpendRow> {
  const { userId, teamId } = key.owners
  const { team, user, organization, project } = key
  const rows = new Map<string, SpendRow>([
    [counters.keyCounter(key.hashedToken), { entity: 'key', id: key.hashedToken }],
    ...tags.map(({ name }) => [counters.tagCounter(name), { entity: 'tag', id: name }] as const),
  ])
  if (team) rows.set(counters.teamCounter(team.id), { entity: 'team', id: team.id })
  if (user) rows.set(counters.userCounter(user.id), { entity: 'user', id: user.id })
  if (userId && teamId) rows.set(counters.memberCounter(userId, teamId), { entity: 'member', id: userId, teamId })
  if (organization)
    rows.set(counters.organizationCounter(organization.id), { entity: 'organization', id: organization.id })
  if (project) rows.set(counters.projectCounter(project.id), { entity: 'project', id: project.id })
  if (endUser) rows.set(counters.endUserCounter(endUser.id), { entity: 'end_user', id: endUser.id })
  return rows
}
