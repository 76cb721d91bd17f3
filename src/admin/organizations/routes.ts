import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import { TABLES } from '../admin-store.ts'
import { ORGANIZATION, OWN_BUDGET } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { withBudgets } from '../budgets/budget-row.ts'
import { type Endpoint, endpoint, needed } from '../endpoint.ts'
import { archived, keyDeletion } from '../key-deletion.ts'
import { refuseDict } from '../refuse.ts'
import { addOrganizationMembers, deleteOrganizationMember, updateOrganizationMember } from './members.ts'
import { findMembership, getOrganization, shownOrganizations } from './organization.ts'
import { newOrganization, updateOrganization } from './write.ts'

/** `DELETE /organization/delete`: with their teams, memberships and keys. Their budgets stay: others may have them. */
const deleteOrganizations = endpoint({
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
    return rows.map((row) => answered(ORGANIZATION, row))
  },
})

/** `GET /organization/info?organization_id=`, for administrators and members. */
const getOrganizationInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ organization_id: needed.text }),
  async run({ store, caller, query: { organization_id: id } }) {
    const member = caller.userId !== undefined && (await findMembership(store, id, caller.userId))
    if (!caller.adminView && !member) {
      throw refuseDict(403, `User=${caller.userId ?? 'None'} not authorized to access this organization=${id}`)
    }
    return (await shownOrganizations(store, [await getOrganization(store, id)]))[0]
  },
})

/** `POST /organization/info`: several, as versions before had it. */
const getOrganizationsInfo = endpoint({
  access: 'read',
  body: z.looseObject({ organizations: needed.texts }),
  async run({ store, body: { organizations: ids } }) {
    if (ids.length === 0) throw refuseDict(400, "Specify list of organization id's to query. Passed in=[]")
    const rows = await store.find(TABLES.organizations, 'organization_id', ids)
    return await withBudgets(store, rows, ORGANIZATION, OWN_BUDGET)
  },
})

/** `GET /organization/list`: all for administrators, for others those they are in. */
const listOrganizations = endpoint({
  access: 'anyone',
  async run({ store, caller }) {
    const rows = await listRows(store.sql, TABLES.organizations, 'organization_id')
    if (caller.adminView) return await shownOrganizations(store, rows)
    const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [caller.userId])
    const own = new Set(memberships.map((membership) => membership.organization_id))
    return await shownOrganizations(
      store,
      rows.filter((row) => own.has(row.organization_id)),
    )
  },
})

export const ORGANIZATION_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /organization/new': newOrganization,
  'GET /organization/info': getOrganizationInfo,
  'POST /organization/info': getOrganizationsInfo,
  'GET /organization/list': listOrganizations,
  'PATCH /organization/update': updateOrganization,
  'DELETE /organization/delete': deleteOrganizations,
  'POST /organization/member_add': addOrganizationMembers,
  'PATCH /organization/member_update': updateOrganizationMember,
  'DELETE /organization/member_delete': deleteOrganizationMember,
}
