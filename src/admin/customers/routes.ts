import { z } from 'zod'
import { pythonList } from '../../admission/facts/python-text.ts'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { CUSTOMER, OWN_BUDGET } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { withBudgets } from '../budgets/budget-row.ts'
import { type Endpoint, endpoint, needed } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { customersBody, getCustomer, shownCustomer } from './customer.ts'
import { newCustomer, updateCustomer } from './write.ts'

/** `POST /customer/delete`: all of them, or none when one does not exist. */
const deleteCustomers = endpoint({
  access: 'admin',
  body: customersBody,
  async run({ store, body: { user_ids: ids } }) {
    const rows = await store.find(TABLES.customers, 'user_id', ids)
    const unknown = ids.filter((id) => !rows.some((row) => row.user_id === id))
    if (unknown.length > 0) {
      throw refuse(404, `End User Id(s)=${unknown.join(', ')} do not exist in db`, {
        type: 'not_found',
        param: 'user_ids',
      })
    }
    await store.write({
      steps: [{ kind: 'delete', table: TABLES.customers, rows: rows.map((row) => ({ id: { user_id: row.user_id } })) }],
      audit: rows.map((row) => ({ action: 'deleted', table: TABLES.customers, id: String(row.user_id), before: row })),
      forget: '*',
    })
    return { deleted_customers: rows.length, message: `Successfully deleted customers with ids: ${pythonList(ids)}` }
  },
})

/** `POST /customer/block`: also customers that have never been heard of. */
const blockCustomers = setBlocked(true)

/** `POST /customer/unblock`. */
const unblockCustomers = setBlocked(false)

/** `GET /customer/info?end_user_id=`. */
const getCustomerInfo = endpoint({
  access: 'read',
  query: z.looseObject({ end_user_id: needed.text }),
  async run({ store, query: { end_user_id: id } }) {
    return await shownCustomer(store, await getCustomer(store, id, 'end_user_id'))
  },
})

/** `GET /customer/list`. */
const listCustomers = endpoint({
  access: 'read',
  async run({ store }) {
    return await withBudgets(store, await listRows(store.sql, TABLES.customers, 'user_id'), CUSTOMER, OWN_BUDGET)
  },
})

/** LiteLLM has two names for its customers. */
export const CUSTOMER_ROUTES: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  ['/customer', '/end_user'].flatMap((prefix) => [
    [`POST ${prefix}/new`, newCustomer],
    [`GET ${prefix}/info`, getCustomerInfo],
    [`GET ${prefix}/list`, listCustomers],
    [`POST ${prefix}/update`, updateCustomer],
    [`POST ${prefix}/delete`, deleteCustomers],
    [`POST ${prefix}/block`, blockCustomers],
    [`POST ${prefix}/unblock`, unblockCustomers],
  ]),
)

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
      return { blocked_users: written.map((row) => answered(CUSTOMER, row)) }
    },
  })
}
