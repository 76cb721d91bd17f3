import { z } from 'zod'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { type Caller, memberOf } from '../caller.ts'
import { answerRow, endpoint, needed } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { runsTeam } from '../team-rights.ts'

/** `GET /team/info?team_id=`: a team with its keys and memberships, for administrators, members and keys of the team. */
export const getTeamInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ team_id: needed.text }),
  async run({ store, caller, query: { team_id: id } }) {
    const team = await store.one(TABLES.teams, 'team_id', id)
    if (!team) {
      throw refuseDict(404, `Team not found, passed team id: ${id}.`, { type: 'auth_error', member: 'message' })
    }
    const refusal = await checkMaySee(store, caller, team)
    if (refusal) throw refusal
    const budgetId = (team.metadata as Json | null)?.team_member_budget_id
    const budget = await store.one(TABLES.budgets, 'budget_id', budgetId as string | undefined)
    const keys = await store.find(TABLES.keys, 'team_id', [id])
    return {
      team_id: id,
      team_info: { ...answerRow(team), ...(budget && { team_member_budget_table: answerRow(budget) }) },
      keys: keys.map(answerRow),
      team_memberships: await membershipsOf(store, [id]),
    }
  },
})

/** Memberships of teams, each with its budget. */
export async function membershipsOf(store: AdminStore, teamIds: readonly string[]): Promise<readonly Json[]> {
  const rows = await store.find(TABLES.memberships, 'team_id', teamIds)
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return { ...row, litellm_budget_table: budget ? answerRow(budget) : null }
  })
}

async function checkMaySee(store: AdminStore, caller: Caller, team: Json): Promise<LiteLLMError | undefined> {
  if (caller.adminView || memberOf(team, caller.userId) || (await runsTeam(store, caller, team))) return undefined
  const { teamId } = caller.key.owners
  if (teamId === team.team_id) return undefined
  const message = teamId
    ? `Team key for team=${teamId} not authorized to access this team=${team.team_id}`
    : `User=${caller.userId ?? 'None'} not authorized to access this team=${team.team_id}`
  return refuseDict(403, message, { type: 'auth_error' })
}
