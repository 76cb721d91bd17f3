import type { Call } from '../../types.ts'
import { type Budget, type BudgetUse, isExceeded, overBudget } from '../facts/budget.ts'
import type { CallFacts, CheckSettings } from '../facts/check.ts'
import { forVersion } from '../facts/compat.ts'
import * as counters from '../facts/counters.ts'
import type { BudgetReservations } from './budget-reservations.ts'
import { budgetsOf, UNVERIFIABLE } from './check-budgets.ts'

/** The row whose `spend` a counter is, in the words of the admission statement. */
export interface SpendRow {
  readonly entity: 'key' | 'team' | 'user' | 'member' | 'organization' | 'project' | 'end_user' | 'tag'
  readonly id: string
  /** The team of a member. */
  readonly teamId?: string
}

/** Spend that no row says: the processes count it together, from what the log says. */
export interface LoggedSpend {
  readonly owner: { readonly entity: 'key' | 'team'; readonly id: string }
  readonly since: Date
  readonly endsAt: Date
}

/** A budget, and where its spend is told by: a row, the log, or nothing but the calls that are made from now on. */
export interface SharedBudget {
  /** The name that the processes count it by: of a window that is in the log, one for each window. */
  readonly counter: string
  readonly budget: Budget
  readonly row?: SpendRow
  readonly logged?: LoggedSpend
  /** A window that begins with a call ends then, if it begins with this one. */
  readonly endsAt?: Date
}

export interface SharedAdmission {
  /** The budget that has no room, with what is spent and reserved of it. Nothing is held then. */
  readonly over?: { readonly counter: string } & Omit<BudgetUse, 'needed'>
  /** Windows that began with a call: when they end for all processes. */
  readonly ends: readonly { readonly counter: string; readonly endsAt: Date }[]
}

/** What several processes hold against the same budgets. */
export interface SharedBudgets {
  /**
   * Holds the estimate against all of these budgets, in one step for all processes, or against none. Resolves with
   * `undefined` when the store cannot be asked.
   */
  admit(call: {
    readonly callId: string
    readonly budgets: readonly SharedBudget[]
    readonly estimate: number
    readonly regardless: boolean
  }): Promise<SharedAdmission | undefined>
  /** A running call holds so much more than before: it has used it. */
  grow(callId: string, amount: number): void
  /** The call has ended and cost this much. */
  settle(callId: string, cost: number): void
}

export interface SharedParts {
  readonly shared: SharedBudgets
  readonly reservations: BudgetReservations
  readonly settings: CheckSettings
  /** The call goes on even where there is no room. */
  readonly regardless: boolean
}

/** Holds a call's estimate against what other processes hold, once this one has room. */
export function reserveShared({ shared, reservations, settings, regardless }: SharedParts) {
  return async function inShared(callId: string, facts: CallFacts, call: Call, estimate: number) {
    const now = new Date()
    const budgets = sharedBudgetsOf(facts, budgetsOf(facts, call, settings, now))
    const admission = await shared.admit({ callId, budgets, estimate, regardless })
    if (!admission && settings.failClosedBudgets && budgets.length > 0) return UNVERIFIABLE
    const { over, ends = [] } = admission ?? {}
    for (const { counter, endsAt } of ends) reservations.endsAt(counter, endsAt)
    const found = over && budgets.find(({ counter }) => counter === over.counter)
    if (!found) return undefined
    const refusal = forVersion(overBudget(found.budget, { ...over, needed: estimate }), settings)
    const mayHaveRoom = over.running > 0 && !isExceeded({ ...found.budget, spend: over.spend })
    return mayHaveRoom ? { ...refusal, waitsFor: found.budget.counter } : refusal
  }
}

/** Those of these budgets that the call moves, and where all processes find their spend. */
export function sharedBudgetsOf(facts: CallFacts, budgets: readonly Budget[]): readonly SharedBudget[] {
  const rows = spendRowsOf(facts)
  const touched = budgets.filter(({ untouched }) => !untouched)
  return touched.map((budget) => {
    const { counter, window } = budget
    if (!window) return { counter, budget, row: rows.get(counter) }
    const { endsAt, filledBy } = window
    if (!filledBy) return { counter, budget, endsAt }
    const { since, ...owner } = filledBy
    return { counter: `${counter}@${endsAt.toISOString()}`, budget, logged: { owner, since, endsAt } }
  })
}

function spendRowsOf({ key, endUser, tags = [] }: CallFacts): ReadonlyMap<string, SpendRow> {
  const { userId, teamId } = key.owners
  const { team, user, organization, project } = key
  const rows = new Map<string, SpendRow>([
    [counters.keyCounter(key.hashedToken), { entity: 'key', id: key.hashedToken }],
    [counters.GLOBAL_COUNTER, { entity: 'user', id: counters.GLOBAL_BUDGET_USER }],
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
