import { createHash, randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'

/** A key with everything there is to check: a user, a team with members, an organization, and budgets for each. */
export async function seedKey(sql: Sql): Promise<string> {
  const secret = `sk-${randomBytes(16).toString('base64url')}`
  const token = createHash('sha256').update(secret).digest('hex')
  const money = { max_budget: 1e9, spend: 0 }
  await sql`insert into "LiteLLM_BudgetTable" ${sql({ budget_id: 'b1', max_budget: 1e9, created_by: 'bench', updated_by: 'bench' })}`
  await sql`insert into "LiteLLM_OrganizationTable" ${sql({ organization_id: 'o1', organization_alias: 'org', budget_id: 'b1', models: [], created_by: 'bench', updated_by: 'bench' })}`
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 't1', team_alias: 'team', organization_id: 'o1', models: [], members: ['u1'], admins: [], ...money })}`
  await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: 'u1', models: [], teams: ['t1'], ...money })}`
  await sql`insert into "LiteLLM_TeamMembership" ${sql({ user_id: 'u1', team_id: 't1', budget_id: 'b1', spend: 0 })}`
  await sql`insert into "LiteLLM_VerificationToken" ${sql({ token, key_name: 'sk-...bench', key_alias: 'bench', user_id: 'u1', team_id: 't1', models: ['gpt-4o'], ...money })}`
  return secret
}
