import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { answerRow, direction, type Endpoint, endpoint, needed, page, text } from '../endpoint.ts'
import { keyDeletion } from '../key-deletion.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { listUsers, USER_SORTS } from '../sql/list-users.ts'
import { newUser } from './new.ts'
import { updateUser } from './update.ts'

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
  sort_by: z.enum(USER_SORTS).default('created_at'),
  sort_order: direction,
})

/** `GET /user/list`: one page of users. `user_ids` is a comma list; a single one may be a part of an id. */
const listUsersEndpoint = endpoint({
  access: 'read',
  query,
  async run({ store, query: asked }) {
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
        sort: asked.sort_by,
        descending: asked.sort_order === 'desc',
        limit: asked.page_size,
        offset: (asked.page - 1) * asked.page_size,
      },
    )
    return {
      users: rows.map(answerRow),
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
    const user = await store.one(TABLES.users, 'user_id', userId)
    if (!user) throw refuse(404, `User ${userId ?? 'None'} not found`, { type: 'not_found_error', param: 'user_id' })
    const keys = await store.find(TABLES.keys, 'user_id', [userId])
    const teams = await store.find(TABLES.teams, 'team_id', (user.teams ?? []) as string[])
    return { user_id: userId, user_info: answerRow(user), keys: shown(keys), teams: teams.map(answerRow) }
  },
})

export const USER_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /user/new': newUser,
  'GET /user/info': getUserInfo,
  'GET /user/list': listUsersEndpoint,
  'POST /user/update': updateUser,
  'POST /user/delete': deleteUsers,
}

async function everything({ sql }: AdminStore) {
  const keys = await listRows(sql, TABLES.keys, 'token')
  const teams = await listRows(sql, TABLES.teams, 'team_id')
  return { user_id: null, user_info: null, keys: shown(keys), teams: teams.map(answerRow) }
}

/** The sessions of LiteLLM's dashboard are keys too, and are not shown. */
function shown(keys: readonly Json[]): readonly Json[] {
  return keys.filter((key) => key.team_id !== 'litellm-dashboard').map(answerRow)
}
