import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { TABLES } from '../tables.ts'
import { customersBody } from './customer-fields.ts'

/** `POST /customer/block`: also customers that have never been heard of. */
export const blockCustomers = setBlocked(true)
/** `POST /customer/unblock`. */
export const unblockCustomers = setBlocked(false)

function setBlocked(blocked: boolean) {
  return endpoint({
    access: 'admin',
    body: customersBody,
    async run({ store, body }) {
      const ids = [...new Set(body.user_ids)]
      const before = await store.find(TABLES.customers, 'user_id', ids)
      const rows = ids.map((id) => ({ user_id: id, blocked }))
      const [written] = (await store.write({
        steps: [{ kind: 'upsert', table: TABLES.customers, key: ['user_id'], rows }],
        audit: rows.map((row) => ({
          action: blocked ? 'blocked' : 'unblocked',
          table: TABLES.customers,
          id: row.user_id,
          before: before.find((old) => old.user_id === row.user_id),
          after: row,
        })),
        forget: '*',
      })) as [Json[]]
      return { blocked_users: written.map(answerRow) }
    },
  })
}
