import { z } from 'zod'
import { listRows } from '../../litellm/sql/list-rows.ts'
import { withBudgets } from '../budgets/get-budget.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { findMembership, getOrganization, shownOrganizations } from './get-organization.ts'

/** `GET /organization/info?organization_id=`, for administrators and members. */
export const getOrganizationInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ organization_id: needed.text }),
  async run({ store, caller, query: { organization_id: id } }) {
    const member = caller.userId !== undefined && (await findMembership(store, id, caller.userId))
    if (!caller.adminView && !member) {
      throw refuseDict(403, `User=${caller.userId ?? 'None'} not authorized to access this organization=${id}`, {
        type: 'auth_error',
      })
    }
    return (await shownOrganizations(store, [await getOrganization(store, id)]))[0]
  },
})

/** `POST /organization/info`: several, as versions before had it. */
export const getOrganizationsInfo = endpoint({
  access: 'read',
  body: z.looseObject({ organizations: needed.texts }),
  async run({ store, body: { organizations: ids } }) {
    if (ids.length === 0) throw refuseDict(400, "Specify list of organization id's to query. Passed in=[]")
    return await withBudgets(store, await store.find(TABLES.organizations, 'organization_id', ids))
  },
})

/** `GET /organization/list`: all for administrators, for others those they are in. */
export const listOrganizations = endpoint({
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
