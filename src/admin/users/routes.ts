import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { KEY, LISTED_USER, TEAM_ROW, USER_INFO, USER_INFO_V2 } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { type Endpoint, endpoint, needed, page, text } from '../endpoint.ts'
import { keyDeletion } from '../key-deletion.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { listUsers, USER_SORTS } from '../sql/list-users.ts'
import { newUser } from './new.ts'
import { bulkUpdateUsers, updateUser } from './update.ts'

/** `POST /user/delete`: the users, their keys, and their places in teams and organizations. */
const deleteUsers = endpoint({
  access: 'admin',
  body: z.looseObject({ user_ids: needed.texts }),
  async run({ store, caller, body: { user_ids: ids } }) {
    const users = await store.find(TABLES.users, 'user_id', ids)
    const unknown = ids.find((id) => !users.some((user) => user.user_id === id))
    if (unknown !== undefined) throw refuseDict(404, `User not found, passed user_id=${unknown}`)
    const keys = await store.find(TABLES.keys, 'user_id', ids)
    const teams = new Map<string, { user_id: string }[]>()
    for (const id of ids) {
      for (const team of await findTeamsWithMember(store.sql, id)) {
        teams.set(String(team.team_id), [...(teams.get(String(team.team_id)) ?? []), { user_id: id }])
      }
    }
    const byUser = ids.map((id) => ({ id: { user_id: id } }))
    const deletion = keyDeletion(keys, caller, store)
    await store.write({
      steps: [
        ...deletion.steps,
        {
          kind: 'leave',
          table: TABLES.teams,
          rows: [...teams].map(([id, members]) => ({ id: { team_id: id }, members })),
        },
        { kind: 'delete', table: TABLES.memberships, rows: byUser },
        { kind: 'delete', table: TABLES.organizationMemberships, rows: byUser },
        { kind: 'delete', table: TABLES.invitations, rows: byUser },
        { kind: 'delete', table: TABLES.users, rows: byUser },
      ],
      audit: [
        ...users.map(
          (row) => ({ action: 'deleted', table: TABLES.users, id: String(row.user_id), before: row }) as const,
        ),
        ...deletion.audit,
      ],
      forget: '*',
    })
    return users.length
  },
})

const query = z.looseObject({
  role: text,
  user_ids: text,
  user_email: text,
  team: text,
  page: page(1),
  page_size: page(25, 100),
  sort_by: text,
  sort_order: z.string().default('asc'),
})

/** `GET /user/list`: one page of users. `user_ids` is a comma list; a single one may be a part of an id. */
const listUsersEndpoint = endpoint({
  access: 'anyone',
  query,
  async run({ store, caller, query: asked }) {
    if (!caller.adminView) throw refuseDict(403, 'Only proxy admins and organization admins can list users.')
    const sort = USER_SORTS.find((known) => known === asked.sort_by)
    if (asked.sort_by && !sort) {
      throw refuseDict(400, `Invalid sort column. Must be one of: ${USER_SORTS.join(', ')}`)
    }
    if (!/^(asc|desc)$/i.test(asked.sort_order)) throw refuseDict(400, "Invalid sort order. Must be 'asc' or 'desc'")
    const ids = asked.user_ids?.split(',').map((id) => id.trim()) ?? []
    const { rows, total } = await listUsers(
      store.sql,
      {
        ...(asked.role && { role: asked.role }),
        ...(asked.user_email && { email: asked.user_email }),
        ...(asked.team && { team: asked.team }),
        ...(ids.length > 1 && { userIds: ids }),
        ...(ids.length === 1 && ids[0] && { userId: ids[0] }),
      },
      {
        sort: sort ?? 'created_at',
        descending: sort === undefined || asked.sort_order.toLowerCase() === 'desc',
        limit: asked.page_size,
        offset: (asked.page - 1) * asked.page_size,
      },
    )
    return {
      users: rows.map((row) => answered(LISTED_USER, row)),
      total,
      page: asked.page,
      page_size: asked.page_size,
      total_pages: Math.ceil(total / asked.page_size),
    }
  },
})

/** `GET /user/info?user_id=`: a user with keys and teams. Without the parameter the caller; for administrators, all. */
const getUserInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ user_id: text }),
  async run({ store, caller, query }) {
    if (caller.admin && !query.user_id) return await everything(store)
    const userId = query.user_id || caller.userId
    if (!caller.adminView && userId !== caller.userId) {
      throw new LiteLLMError('forbidden', {
        param: 'None',
        message:
          "key not allowed to access this user's info. " +
          `user_id=${userId}, key's user_id=${caller.userId ?? 'None'}`,
      })
    }
    // LiteLLM keeps a `+` of the address as it is, which every other reader of queries takes for a space.
    const found = await store.find(TABLES.users, 'user_id', [userId, userId?.replaceAll(' ', '+')])
    const user = found.find((row) => row.user_id === userId) ?? found[0]
    if (!user) throw refuse(404, `User ${userId ?? 'None'} not found`)
    const keys = await store.find(TABLES.keys, 'user_id', [String(user.user_id)])
    const teams = await store.find(TABLES.teams, 'team_id', (user.teams ?? []) as string[])
    const info = answered(USER_INFO, user, { organization_memberships: [] })
    return {
      user_id: user.user_id,
      user_info: info,
      keys: shown(keys, teams),
      teams: teams.map((row) => answered(TEAM_ROW, row)),
    }
  },
})

/** `GET /v2/user/info?user_id=`: a user alone. */
const getUserInfoV2 = endpoint({
  access: 'anyone',
  query: z.looseObject({ user_id: text }),
  async run({ store, caller, query }) {
    const userId = query.user_id || caller.userId
    if (!userId) throw refuse(400, 'user_id is required')
    const user = await store.one(TABLES.users, 'user_id', userId)
    if (!user || (!caller.adminView && userId !== caller.userId)) throw refuse(404, `User not found: ${userId}`)
    return answered(USER_INFO_V2, user)
  },
})

/** `GET /user/available_roles`: the roles that a user can have. */
const getRoles = endpoint({
  access: 'anyone',
  run: () => Promise.resolve(ROLES),
})

const ROLES = {
  proxy_admin: { description: 'admin over litellm proxy, has all permissions', ui_label: 'Admin (All Permissions)' },
  proxy_admin_viewer: { description: 'view all keys, view all spend', ui_label: 'Admin (View Only)' },
  internal_user: {
    description: 'view/create/delete their own keys, view their own spend',
    ui_label: 'Internal User (Create/Delete/View)',
  },
  internal_user_viewer: {
    description: 'view their own keys, view their own spend',
    ui_label: 'Internal User (View Only)',
  },
}

export const USER_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /user/new': newUser,
  'GET /user/info': getUserInfo,
  'GET /user/list': listUsersEndpoint,
  'GET /v2/user/info': getUserInfoV2,
  'GET /user/available_roles': getRoles,
  'POST /user/update': updateUser,
  'POST /user/bulk_update': bulkUpdateUsers,
  'POST /user/delete': deleteUsers,
}

async function everything({ sql }: AdminStore) {
  const keys = await listRows(sql, TABLES.keys, 'token')
  const teams = await listRows(sql, TABLES.teams, 'team_id')
  return {
    user_id: null,
    user_info: null,
    keys: shown(keys, teams),
    teams: teams.map((row) => answered(TEAM_ROW, row)),
  }
}

/** The sessions of LiteLLM's dashboard are keys too, and are not shown. Without a team LiteLLM says `None` in text. */
function shown(keys: readonly Json[], teams: readonly Json[]): readonly Json[] {
  return keys
    .filter((key) => key.team_id !== 'litellm-dashboard')
    .map((key) => {
      const alias = teams.find((team) => team.team_id === key.team_id)?.team_alias
      return { ...answered(KEY, key), team_alias: alias ?? 'None' }
    })
}
