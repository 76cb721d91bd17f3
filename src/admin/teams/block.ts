import { z } from 'zod'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { TABLES } from '../tables.ts'
import { getTeam } from '../team-rights.ts'

/** `POST /team/block`: the keys of the team are refused from now on. */
export const blockTeam = setBlocked(true)
/** `POST /team/unblock`. */
export const unblockTeam = setBlocked(false)

function setBlocked(blocked: boolean) {
  return endpoint({
    access: 'admin',
    body: z.looseObject({ team_id: needed.text }),
    async run({ store, body: { team_id: id }, now }) {
      const before = await getTeam(store, id)
      const set = { blocked, updated_at: now.toISOString() }
      const [[row]] = (await store.write({
        guard: { table: TABLES.teams, id: { team_id: id } },
        steps: [{ kind: 'update', table: TABLES.teams, rows: [{ id: { team_id: id }, set }] }],
        audit: [{ action: blocked ? 'blocked' : 'unblocked', table: TABLES.teams, id, before, after: set }],
        forget: '*',
      })) as [[Json]]
      return answerRow(row)
    },
  })
}
