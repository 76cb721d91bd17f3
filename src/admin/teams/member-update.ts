import { z } from 'zod'
import type { Step } from '../../database/changes.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { TEAM } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetPatch, budgetRow } from '../budgets/budget-row.ts'
import { type Caller, type Member, membersOf, nameOf } from '../caller.ts'
import { type AdminCall, endpoint, int, money, needed, text, texts } from '../endpoint.ts'
import { keyDeletion } from '../key-deletion.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { refuseDict } from '../refuse.ts'
import { checkRunsTeam } from '../team-rights.ts'
import { shownMembers } from './info.ts'

/** How a request names a member. */
const memberFields = { team_id: needed.text, user_id: text, user_email: text }

const NAMED = { message: 'Either user id or user email must be provided' }

const memberBody = z.looseObject(memberFields).refine((member) => member.user_id || member.user_email, NAMED)

/** `POST /team/member_delete`: out of the team, with the keys that the member has in it. */
export const deleteTeamMember = endpoint({
  access: 'anyone',
  body: memberBody,
  async run({ store, caller, body: request, route }) {
    const { team, member } = await getMember(store, caller, request, route)
    const id = { team_id: team.team_id }
    const { user_id: userId } = member
    const keys = (await store.find(TABLES.keys, 'user_id', [userId])).filter((key) => key.team_id === team.team_id)
    const deletion = keyDeletion(keys, caller, store)
    const [[row]] = (await store.write({
      guard: { table: TABLES.teams, id },
      steps: [
        { kind: 'leave', table: TABLES.teams, rows: [{ id, members: [{ ...member }] }] },
        {
          kind: 'remove',
          table: TABLES.users,
          column: 'teams',
          rows: userId ? [{ id: { user_id: userId }, values: [request.team_id] }] : [],
        },
        {
          kind: 'delete',
          table: TABLES.memberships,
          rows: userId ? [{ id: { user_id: userId, team_id: request.team_id } }] : [],
        },
        ...deletion.steps,
      ],
      audit: [
        { action: 'updated', table: TABLES.teams, id: request.team_id, before: { member }, after: { member: null } },
        ...deletion.audit,
      ],
      forget: '*',
    })) as [[Json]]
    return answered(TEAM, row, { members_with_roles: shownMembers(row) })
  },
})

const body = z
  .looseObject({
    ...memberFields,
    role: z.enum(['admin', 'user']).nullish(),
    max_budget_in_team: money,
    budget_duration: text,
    tpm_limit: int,
    rpm_limit: int,
    allowed_models: texts,
  })
  .refine((member) => member.user_id || member.user_email, NAMED)
type Body = z.output<typeof body>

/** `POST /team/member_update`: the role of a member, and its budget within the team. */
export const updateTeamMember = endpoint({
  access: 'anyone',
  body,
  stores: [TABLES.budgets],
  async run(call) {
    const { store, caller, body: request, now, route } = call
    const { team, member } = await getMember(store, caller, request, route)
    const refusal =
      checkAmounts({ max_budget: request.max_budget_in_team }) ??
      checkDurations({ budget_duration: request.budget_duration }, now)
    if (refusal) throw refusal
    const id = { team_id: team.team_id }
    const updated = { ...member, role: request.role ?? member.role }
    const steps: readonly Step[] = [
      { kind: 'join', table: TABLES.teams, rows: request.role ? [{ id, members: [updated] }] : [] },
      ...(await budgetSteps(call, team, String(member.user_id))),
    ]
    await store.write({
      guard: { table: TABLES.teams, id },
      steps,
      audit: [
        { action: 'updated', table: TABLES.teams, id: request.team_id, before: { member }, after: { ...request } },
      ],
      forget: '*',
    })
    const { budget_id: budgetId } = (await findMembership(store, request.team_id, String(member.user_id))) ?? {}
    const budget = await store.one(TABLES.budgets, 'budget_id', budgetId as string | undefined)
    const answer = answered(UPDATED_MEMBER, {
      ...{ user_id: member.user_id, user_email: member.user_email, team_id: request.team_id },
      ...{ max_budget_in_team: budget?.max_budget, tpm_limit: budget?.tpm_limit, rpm_limit: budget?.rpm_limit },
      budget_duration: request.budget_duration,
    })
    return { ...answer, allowed_models: request.allowed_models ?? null }
  },
})

const UPDATED_MEMBER = [
  ...['user_id', 'user_email', 'team_id', 'max_budget_in_team', 'tpm_limit', 'rpm_limit', 'budget_duration'],
  ...['allowed_models', 'temp_budget_increase', 'temp_budget_expiry'],
]

/** A member's own budget is changed; one that is shared by the team is left alone, and replaced by an own one. */
async function budgetSteps(
  { store, caller, body: request, now }: AdminCall<Body>,
  team: Json,
  userId: string,
): Promise<Step[]> {
  const asked = {
    max_budget: request.max_budget_in_team,
    budget_duration: request.budget_duration,
    tpm_limit: request.tpm_limit,
    rpm_limit: request.rpm_limit,
    allowed_models: request.allowed_models,
  }
  const given: Json = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return []
  const by = nameOf(caller)
  const own = (await findMembership(store, String(team.team_id), userId))?.budget_id
  const shared = (team.metadata as Json | null)?.team_member_budget_id
  if (own && own !== shared) {
    const rows = [{ id: { budget_id: own }, set: budgetPatch(given, by, now) }]
    return [{ kind: 'update', table: TABLES.budgets, rows }]
  }
  const before = await store.one(TABLES.budgets, 'budget_id', own as string | undefined)
  const { budget_id: _id, budget_reset_at: _at, ...kept } = before ?? {}
  const budget = budgetRow({ ...kept, ...given }, by, now)
  const membership = { user_id: userId, team_id: team.team_id, budget_id: budget.budget_id }
  return [
    { kind: 'insert', table: TABLES.budgets, rows: [budget] },
    { kind: 'upsert', table: TABLES.memberships, key: ['user_id', 'team_id'], rows: [membership] },
  ]
}

interface FoundMember {
  readonly team: Json
  readonly member: Member
}

/** The team and its member, for a caller who runs the team. */
async function getMember(
  store: AdminStore,
  caller: Caller,
  { team_id: id, user_id: userId, user_email: email }: z.output<typeof memberBody>,
  route: string,
): Promise<FoundMember> {
  const team = await store.one(TABLES.teams, 'team_id', id)
  if (!team) throw refuseDict(400, `Team id=${id} does not exist in db`)
  const refusal = await checkRunsTeam(store, caller, team, route)
  if (refusal) throw refusal
  const member = membersOf(team).find((one) => (userId ? one.user_id === userId : one.user_email === email))
  if (!member && route === '/team/member_update') {
    throw refuseDict(404, `User ${userId ?? email} is not a member of team ${id}`)
  }
  if (!member) throw refuseDict(400, 'User not found in team')
  return { team, member }
}

/** The row of a membership: there is one only for members with a budget. */
async function findMembership(store: AdminStore, teamId: string, userId: string): Promise<Json | undefined> {
  const rows = await store.find(TABLES.memberships, 'user_id', [userId])
  return rows.find((row) => row.team_id === teamId)
}
