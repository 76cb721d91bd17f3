import { z } from 'zod'
import { pythonString } from '../../admission/facts/python-text.ts'
import type { Step } from '../../database/changes.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { MEMBER_USER, TEAM } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetRow } from '../budgets/budget-row.ts'
import { type Member, membersOf, nameOf } from '../caller.ts'
import { type AdminCall, endpoint, int, money, needed, text, texts } from '../endpoint.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { findUsersByEmail } from '../sql/find-users-by-email.ts'
import { checkRunsTeam } from '../team-rights.ts'
import { memberUser } from '../users/user-row.ts'
import { membershipsOf, shownMembers } from './info.ts'
import { member, people } from './team-row.ts'

const body = z.looseObject({
  team_id: needed.text,
  member: people,
  max_budget_in_team: money,
  budget_duration: text,
  tpm_limit: int,
  rpm_limit: int,
  allowed_models: texts,
})

/** `POST /team/member_add`: one member or several; users that do not exist are made. */
export const addTeamMembers = endpoint({
  access: 'anyone',
  body,
  stores: [TABLES.budgets],
  run: (call) => addMembers(call, call.body),
})

type AddBody = z.output<typeof body>

/** The team with its new members. */
async function addMembers(call: AdminCall, request: AddBody): Promise<AddedMembers> {
  const { store, settings, caller, now, route } = call
  const id = request.team_id
  const before = await store.one(TABLES.teams, 'team_id', id)
  if (!before) throw unknownTeam(id)
  const refusal =
    (await checkRunsTeam(store, caller, before, route)) ??
    checkAmounts({ max_budget: request.max_budget_in_team }) ??
    checkDurations({ budget_duration: request.budget_duration }, now)
  if (refusal) throw refusal
  const budget = budgetOf(request)
  const { members, steps } = await planMembers(
    request.member.map((person) => ({ ...person, ...(budget && { budget }) })),
    {
      ...{ store, settings, now },
      teamId: id,
      sharedBudgetId: (before.metadata as Json | null)?.team_member_budget_id,
      by: nameOf(caller),
    },
  )
  const present = members.find((member) => membersOf(before).some((old) => old.user_id === member.user_id))
  if (present) {
    throw refuse(
      400,
      `User already in team. Member: user_id=${present.user_id}, user_email=${present.user_email ?? 'None'}. ` +
        `Existing members=[${membersOf(before).map(memberText).join(', ')}]`,
      { type: 'team_member_already_in_team', param: 'member' },
    )
  }
  const [[team]] = (await store.write({
    guard: { table: TABLES.teams, id: { team_id: id } },
    steps: [{ kind: 'join', table: TABLES.teams, rows: [{ id: { team_id: id }, members }] }, ...steps],
    audit: [
      {
        action: 'updated',
        table: TABLES.teams,
        id,
        before,
        after: { members_with_roles: [...membersOf(before), ...members] },
      },
    ],
    forget: '*',
  })) as [[Json]]
  const ids = members.map((member) => member.user_id)
  const users = await store.find(TABLES.users, 'user_id', ids)
  const memberships = await membershipsOf(store, [id])
  return {
    ...answered(TEAM, team, { members_with_roles: shownMembers(team) }),
    updated_users: users.map((user) => answered(MEMBER_USER, user)),
    updated_team_memberships: memberships.filter((row) => ids.includes(String(row.user_id))),
  }
}

interface AddedMembers extends Json {
  readonly updated_users: readonly Json[]
  readonly updated_team_memberships: readonly Json[]
}

export function unknownTeam(id: string) {
  return refuseDict(404, `Team doesn't exist in db. Team=${id}. Create team via \`/team/new\` call.`)
}

/** Members that one request may add. */
const MAX_MEMBERS = 500

const bulkBody = z.looseObject({
  ...body.shape,
  member: z.unknown().optional(),
  members: z.array(member).nullish(),
  all_users: z.boolean().nullish(),
})

/** `POST /team/bulk_member_add`: all of them, or none. */
export const addManyTeamMembers = endpoint({
  access: 'anyone',
  body: bulkBody,
  stores: [TABLES.budgets],
  async run(call) {
    const { members, all_users: all, ...request } = call.body
    if (all) throw refuseDict(400, 'all_users is not served: name the members.')
    if (!members || members.length === 0) throw refuseDict(400, 'At least one member is required')
    if (members.length > MAX_MEMBERS) throw refuseDict(400, `Maximum ${MAX_MEMBERS} members can be added at once`)
    const team = await addMembers(call, { ...request, member: members })
    const results = team.updated_users.map((user) => ({
      user_id: user.user_id,
      user_email: user.user_email,
      success: true,
      error: null,
      updated_user: user,
      updated_team_membership: team.updated_team_memberships.find((row) => row.user_id === user.user_id) ?? null,
    }))
    return {
      team_id: request.team_id,
      results,
      total_requested: members.length,
      successful_additions: results.length,
      failed_additions: 0,
      updated_team: team,
    }
  },
})

/** Python's text of a member. */
function memberText({ user_id: id, user_email: email, role }: Member): string {
  const text = (value: string | null | undefined) => (value ? pythonString(value) : 'None')
  return `Member(user_id=${text(id)}, user_email=${text(email)}, role=${text(role)})`
}

/** The budget of the new members within the team, when the request speaks of one. */
function budgetOf(request: z.output<typeof body>): Json | undefined {
  const { max_budget_in_team: max_budget, budget_duration, tpm_limit, rpm_limit, allowed_models } = request
  const budget = { max_budget, budget_duration, tpm_limit, rpm_limit, allowed_models }
  return Object.values(budget).some((value) => value !== undefined && value !== null) ? budget : undefined
}

interface NewMember {
  readonly user_id?: string | null
  readonly user_email?: string | null
  readonly role: string
  /** Members of a budget of their own within the team. */
  readonly budget?: Json
}

interface MemberPlan {
  /** As they stand in `members_with_roles`. */
  readonly members: readonly Member[]
  readonly steps: readonly Step[]
}

interface PlanMembersOptions {
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
    const budgetId = own?.budget_id ?? sharedBudgetId ?? null
    memberships.push({ user_id: userId, team_id: teamId, budget_id: budgetId })
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

/** A person is known by id, else by address. An address that several users share identifies none of them. */
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
