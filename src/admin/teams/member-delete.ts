import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { keyDeletion } from '../key-deletion.ts'
import { TABLES } from '../tables.ts'
import { getMember, memberBody } from './find-member.ts'

/** `POST /team/member_delete`: out of the team, with the keys that the member has in it. */
export const deleteTeamMember = endpoint({
  access: 'anyone',
  body: memberBody,
  async run({ store, caller, body: request, route }) {
    const { team, member } = await getMember(store, caller, request, route)
    const id = { team_id: team.team_id }
    const { user_id: userId } = member
    const keys = (await store.find(TABLES.keys, 'user_id', [userId])).filter((key) => key.team_id === team.team_id)
    const deletion = keyDeletion(keys, caller, store)
    const [[row]] = (await store.write({
      guard: { table: TABLES.teams, id },
      steps: [
        { kind: 'leave', table: TABLES.teams, rows: [{ id, members: [{ ...member }] }] },
        {
          kind: 'remove',
          table: TABLES.users,
          column: 'teams',
          rows: userId ? [{ id: { user_id: userId }, values: [request.team_id] }] : [],
        },
        {
          kind: 'delete',
          table: TABLES.memberships,
          rows: userId ? [{ id: { user_id: userId, team_id: request.team_id } }] : [],
        },
        ...deletion.steps,
      ],
      audit: [
        { action: 'updated', table: TABLES.teams, id: request.team_id, before: { member }, after: { member: null } },
        ...deletion.audit,
      ],
      forget: '*',
    })) as [[Json]]
    return answerRow(row)
  },
})
