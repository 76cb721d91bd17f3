import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { answered } from '../answers.ts'
import { ADMIN_NAME, type Caller, isTeamAdmin, nameOf } from '../caller.ts'
import { bool, type Endpoint, endpoint, needed } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { memberUser } from '../users/user-row.ts'

const INVITATION = [
  ...['id', 'user_id', 'is_accepted', 'accepted_at', 'expires_at', 'created_at', 'created_by', 'updated_at'],
  'updated_by',
]

const VALID_MS = 7 * 24 * 3_600_000

/** `POST /invitation/new`: a link by which a user sets a password. Admins of its teams and organizations may make it. */
const newInvitation = endpoint({
  access: 'anyone',
  body: z.looseObject({ user_id: needed.text }),
  async run({ store, settings, caller, body: { user_id: userId }, now }) {
    if (!caller.admin && !(await runsSomething(store, caller))) throw notAllowed(caller)
    const user = await store.one(TABLES.users, 'user_id', userId)
    if (!caller.admin && !(user && (await runsUser(store, caller, user)))) {
      throw refuseDict(400, 'You can only create invitations for users in your organization or team.')
    }
    if (!user) {
      throw refuseDict(400, "User id does not exist in 'LiteLLM_UserTable'. Fix this by creating user via `/user/new`.")
    }
    const at = now.toISOString()
    const by = nameOf(caller)
    const row = {
      ...{ id: randomUUID(), user_id: userId, is_accepted: false, accepted_at: null },
      expires_at: new Date(now.getTime() + VALID_MS).toISOString(),
      ...{ created_at: at, created_by: by, updated_at: at, updated_by: by },
    }
    // The table refers to who makes the link, and the holder of the master key may have no row yet.
    const holder = by === ADMIN_NAME ? [memberUser({ user_id: by }, [], settings, now)] : []
    const [, [written]] = (await store.write({
      steps: [
        { kind: 'ensure', table: TABLES.users, key: ['user_id'], rows: holder },
        { kind: 'insert', table: TABLES.invitations, rows: [row] },
      ],
      audit: [{ action: 'created', table: TABLES.invitations, id: row.id, after: row }],
      forget: [],
    })) as [unknown, [Json]]
    return answered(INVITATION, written)
  },
})

/** `GET /invitation/info?invitation_id=`. */
const getInvitation = endpoint({
  access: 'anyone',
  query: z.looseObject({ invitation_id: needed.text }),
  async run({ store, caller, query }) {
    if (!caller.adminView) throw notAllowed(caller)
    return answered(INVITATION, await findInvitation(store, query.invitation_id))
  },
})

/** `POST /invitation/update`: says that it was accepted, or that it was not. */
const updateInvitation = endpoint({
  access: 'admin',
  body: z.looseObject({ invitation_id: needed.text, is_accepted: bool }),
  async run({ store, caller, body: request, now }) {
    const before = await findInvitation(store, request.invitation_id)
    const at = now.toISOString()
    const set = {
      is_accepted: request.is_accepted ?? false,
      accepted_at: at,
      updated_at: at,
      updated_by: nameOf(caller),
    }
    const id = { id: before.id }
    const [[row]] = (await store.write({
      guard: { table: TABLES.invitations, id },
      steps: [{ kind: 'update', table: TABLES.invitations, rows: [{ id, set }] }],
      audit: [{ action: 'updated', table: TABLES.invitations, id: request.invitation_id, before, after: set }],
      forget: [],
    })) as [[Json]]
    return answered(INVITATION, row)
  },
})

/** `POST /invitation/delete`: administrators delete all, other admins those that they have made. */
const deleteInvitation = endpoint({
  access: 'anyone',
  body: z.looseObject({ invitation_id: needed.text }),
  async run({ store, caller, body: { invitation_id: link } }) {
    if (!caller.admin && !(await runsSomething(store, caller))) throw notAllowed(caller)
    const row = await findInvitation(store, link)
    if (!caller.admin && row.created_by !== caller.userId) {
      throw refuseDict(403, 'Organization admins can only delete invitations they created.')
    }
    await store.write({
      steps: [{ kind: 'delete', table: TABLES.invitations, rows: [{ id: { id: row.id } }] }],
      audit: [{ action: 'deleted', table: TABLES.invitations, id: link, before: row }],
      forget: [],
    })
    return answered(INVITATION, row)
  },
})

export const INVITATION_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /invitation/new': newInvitation,
  'GET /invitation/info': getInvitation,
  'POST /invitation/update': updateInvitation,
  'POST /invitation/delete': deleteInvitation,
}

async function findInvitation(store: AdminStore, link: string): Promise<Json> {
  const row = await store.one(TABLES.invitations, 'id', link)
  if (row) return row
  throw refuseDict(400, 'Invitation id does not exist in the database.')
}

function notAllowed({ role }: Caller): LiteLLMError {
  return refuseDict(
    400,
    `You do not have permission to perform this action. Please contact your proxy admin., your role=${role ?? 'None'}`,
  )
}

/** Whether the caller is an admin of any team or organization. */
async function runsSomething(store: AdminStore, caller: Caller): Promise<boolean> {
  return (await organizationsRunBy(store, caller)).length > 0 || (await teamsRunBy(store, caller)).length > 0
}

async function runsUser(store: AdminStore, caller: Caller, user: Json): Promise<boolean> {
  const teams = await teamsRunBy(store, caller)
  const own = Array.isArray(user.teams) ? user.teams : []
  if (teams.some((id) => own.includes(id))) return true
  const organizations = await organizationsRunBy(store, caller)
  const memberships = await store.find(TABLES.organizationMemberships, 'user_id', [String(user.user_id)])
  return memberships.some((row) => organizations.includes(row.organization_id))
}

async function organizationsRunBy(store: AdminStore, { userId }: Caller): Promise<readonly unknown[]> {
  const rows = await store.find(TABLES.organizationMemberships, 'user_id', [userId])
  return rows.filter((row) => row.user_role === 'org_admin').map((row) => row.organization_id)
}

async function teamsRunBy(store: AdminStore, caller: Caller): Promise<readonly unknown[]> {
  const user = await store.one(TABLES.users, 'user_id', caller.userId)
  const ids = Array.isArray(user?.teams) ? (user.teams as string[]) : []
  const teams = await store.find(TABLES.teams, 'team_id', ids)
  return teams.filter((team) => isTeamAdmin(team, caller)).map((team) => team.team_id)
}
