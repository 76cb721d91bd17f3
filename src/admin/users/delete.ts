import { z } from 'zod'
import { findTeamsWithMember } from '../../litellm/sql/find-teams-with-member.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { keyDeletion } from '../key-deletion.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

/** `POST /user/delete`: the users, their keys, and their places in teams and organizations. */
export const deleteUsers = endpoint({
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
