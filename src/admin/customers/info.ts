import { z } from 'zod'
import { listRows } from '../../litellm/sql/list-rows.ts'
import { withBudgets } from '../budgets/get-budget.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { TABLES } from '../tables.ts'
import { getCustomer, shownCustomer } from './get-customer.ts'

/** `GET /customer/info?end_user_id=`. */
export const getCustomerInfo = endpoint({
  access: 'read',
  query: z.looseObject({ end_user_id: needed.text }),
  async run({ store, query: { end_user_id: id } }) {
    return await shownCustomer(store, await getCustomer(store, id, 'end_user_id'))
  },
})

/** `GET /customer/list`. */
export const listCustomers = endpoint({
  access: 'read',
  async run({ store }) {
    return await withBudgets(store, await listRows(store.sql, TABLES.customers, 'user_id'))
  },
})
