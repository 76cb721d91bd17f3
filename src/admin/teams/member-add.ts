import { z } from 'zod'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { membersOf, nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { int, money, needed, text, texts } from '../fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkRunsTeam } from '../team-rights.ts'
import { membershipsOf } from './info.ts'
import { planMembers } from './plan-members.ts'
import { people } from './team-fields.ts'

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
  async run({ store, settings, caller, body: request, now, route }) {
    const id = request.team_id
    const before = await store.one(TABLES.teams, 'team_id', id)
    if (!before) throw refuseDict(404, `Team not found for team_id=${id}`, { type: 'auth_error' })
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
        `User already in team. Member: user_id=${present.user_id}, user_email=${present.user_email ?? 'None'}`,
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
      ...answerRow(team),
      updated_users: users.map(answerRow),
      updated_team_memberships: memberships.filter((row) => ids.includes(String(row.user_id))),
    }
  },
})

/** The budget of the new members within the team, when the request speaks of one. */
function budgetOf(request: z.output<typeof body>): Json | undefined {
  const { max_budget_in_team: max_budget, budget_duration, tpm_limit, rpm_limit, allowed_models } = request
  const budget = { max_budget, budget_duration, tpm_limit, rpm_limit, allowed_models }
  return Object.values(budget).some((value) => value !== undefined && value !== null) ? budget : undefined
}
