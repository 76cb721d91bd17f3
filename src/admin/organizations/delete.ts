import { z } from 'zod'
import { answerRow } from '../answer-row.ts'
import { archived } from '../archive.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { keyDeletion } from '../key-deletion.ts'
import { TABLES } from '../tables.ts'
import { getOrganization } from './get-organization.ts'

/** `DELETE /organization/delete`: with their teams, memberships and keys. Their budgets stay: others may have them. */
export const deleteOrganizations = endpoint({
  access: 'admin',
  body: z.looseObject({ organization_ids: needed.texts }),
  async run({ store, caller, body }) {
    const ids = [...new Set(body.organization_ids)]
    const rows = []
    for (const id of ids) rows.push(await getOrganization(store, id))
    const teams = await store.find(TABLES.teams, 'organization_id', ids)
    const teamIds = teams.map((team) => String(team.team_id))
    const ofTeams = await store.find(TABLES.keys, 'team_id', teamIds)
    const own = await store.find(TABLES.keys, 'organization_id', ids)
    const keys = [...new Map([...ofTeams, ...own].map((key) => [key.token, key])).values()]
    const byId = ids.map((id) => ({ id: { organization_id: id } }))
    const byTeam = teamIds.map((id) => ({ id: { team_id: id } }))
    const deletion = keyDeletion(keys, caller, store)
    await store.write({
      steps: [
        ...deletion.steps,
        { kind: 'insert', table: TABLES.deletedTeams, rows: teams.map((row) => archived(row, caller, store)) },
        { kind: 'delete', table: TABLES.memberships, rows: byTeam },
        { kind: 'delete', table: TABLES.teams, rows: byTeam },
        { kind: 'delete', table: TABLES.organizationMemberships, rows: byId },
        { kind: 'delete', table: TABLES.organizations, rows: byId },
      ],
      audit: [
        ...rows.map(
          (row) =>
            ({ action: 'deleted', table: TABLES.organizations, id: String(row.organization_id), before: row }) as const,
        ),
        ...teams.map(
          (row) => ({ action: 'deleted', table: TABLES.teams, id: String(row.team_id), before: row }) as const,
        ),
        ...deletion.audit,
      ],
      forget: '*',
    })
    return rows.map(answerRow)
  },
})
