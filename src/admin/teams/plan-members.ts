import type { Step } from '../../litellm/changes.ts'
import { findUsersByEmail } from '../../litellm/sql/find-users-by-email.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import type { AdminStore } from '../admin-store.ts'
import { budgetRow } from '../budgets/budget-row.ts'
import type { Member } from '../caller.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { memberUser } from '../users/member-user.ts'

export interface NewMember {
  readonly user_id?: string | null
  readonly user_email?: string | null
  readonly role: string
  /** Members of a budget of their own within the team. */
  readonly budget?: Json
}

export interface MemberPlan {
  /** As they stand in `members_with_roles`. */
  readonly members: readonly Member[]
  readonly steps: readonly Step[]
}

export interface PlanMembersOptions {
  readonly store: AdminStore
  readonly settings: AdminSettings
  readonly teamId: string
  /** The budget of members that have none of their own. */
  readonly sharedBudgetId?: unknown
  readonly by: string
  readonly now: Date
}

/**
 * What makes people members of a team, besides the team's own list: users that do not exist are made, the others get
 * the team on their list, and those with a budget a membership.
 */
export async function planMembers(people: readonly NewMember[], options: PlanMembersOptions): Promise<MemberPlan> {
  const { store, settings, teamId, sharedBudgetId, by, now } = options
  const members: Member[] = []
  const created: Json[] = []
  const known: { id: Json; values: string[] }[] = []
  const budgets: Json[] = []
  const memberships: Json[] = []
  for (const person of people) {
    const found = await findUser(store, person)
    const user = found ?? memberUser(person, [teamId], settings, now)
    const userId = String(user.user_id)
    if (members.some((member) => member.user_id === userId)) continue
    if (found) known.push({ id: { user_id: userId }, values: [teamId] })
    else created.push(user)
    members.push({ user_id: userId, user_email: (user.user_email as string | null) ?? null, role: person.role })
    const own = person.budget && budgetRow(person.budget, by, now)
    if (own) budgets.push(own)
    const budgetId = own?.budget_id ?? sharedBudgetId
    if (budgetId) memberships.push({ user_id: userId, team_id: teamId, budget_id: budgetId })
  }
  return {
    members,
    steps: [
      { kind: 'insert', table: TABLES.users, rows: created },
      { kind: 'append', table: TABLES.users, column: 'teams', rows: known },
      { kind: 'insert', table: TABLES.budgets, rows: budgets },
      { kind: 'upsert', table: TABLES.memberships, key: ['user_id', 'team_id'], rows: memberships },
    ],
  }
}

/** A person is known by id, else by address. An address that several have names nobody. */
export async function findUser(
  store: AdminStore,
  { user_id: id, user_email: email }: Pick<NewMember, 'user_id' | 'user_email'>,
): Promise<Json | undefined> {
  if (id) return await store.one(TABLES.users, 'user_id', id)
  if (!email) throw refuseDict(400, 'Either user_id or user_email needs to be passed in')
  const users = await findUsersByEmail(store.sql, email)
  if (users.length > 1) {
    throw refuseDict(400, "Multiple users with this email found in db. Please use 'user_id' instead.")
  }
  return users[0]
}
