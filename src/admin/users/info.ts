import { z } from 'zod'
import { LiteLLMError } from '../../errors.ts'
import { listRows } from '../../litellm/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'

/** `GET /user/info?user_id=`: a user with keys and teams. Without the parameter the caller; for administrators, all. */
export const getUserInfo = endpoint({
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

async function everything({ sql }: AdminStore) {
  const keys = await listRows(sql, TABLES.keys, 'token')
  const teams = await listRows(sql, TABLES.teams, 'team_id')
  return { user_id: null, user_info: null, keys: shown(keys), teams: teams.map(answerRow) }
}

/** The sessions of LiteLLM's dashboard are keys too, and nobody's business. */
function shown(keys: readonly Json[]): readonly Json[] {
  return keys.filter((key) => key.team_id !== 'litellm-dashboard').map(answerRow)
}
