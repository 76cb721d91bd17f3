import type { Sql } from 'postgres'
import { ownersOf, SPREAD, tokenOf } from './make-events.ts'

/** The rows that the events of `makeEvents` charge. */
export async function seedOwners(sql: Sql): Promise<void> {
  const by = { created_by: 'bench', updated_by: 'bench' }
  const keys = Array.from({ length: SPREAD.keys }, (_, key) => ({ key, ...ownersOf(key) }))
  const distinct = (name: 'userId' | 'teamId' | 'organizationId') => [...new Set(keys.map((key) => key[name]))]
  const organizations = distinct('organizationId').map((id) => ({
    organization_id: id,
    organization_alias: id,
    budget_id: 'owners',
    models: [],
    ...by,
  }))
  const teams = distinct('teamId').map((id) => ({ team_id: id, models: [], members: [], admins: [] }))
  const users = distinct('userId').map((id) => ({ user_id: id, models: [], teams: [] }))
  const members = [...new Set(keys.map(({ userId, teamId }) => `${userId} ${teamId}`))].map((pair) => ({
    user_id: pair.split(' ')[0]!,
    team_id: pair.split(' ')[1]!,
  }))
  const tokens = keys.map(({ key, userId, teamId }) => ({
    token: tokenOf(key),
    models: [],
    user_id: userId,
    team_id: teamId,
  }))
  await sql`insert into "LiteLLM_BudgetTable" ${sql({ budget_id: 'owners', max_budget: 1e9, ...by })}`
  await sql`insert into "LiteLLM_OrganizationTable" ${sql(organizations)}`
  await sql`insert into "LiteLLM_TeamTable" ${sql(teams)}`
  await sql`insert into "LiteLLM_UserTable" ${sql(users)}`
  await sql`insert into "LiteLLM_TeamMembership" ${sql(members)}`
  await sql`insert into "LiteLLM_VerificationToken" ${sql(tokens)}`
}
