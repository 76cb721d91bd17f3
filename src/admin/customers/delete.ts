import { pythonList } from '../../auth/python-text.ts'
import { endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { customersBody } from './customer-fields.ts'

/** `POST /customer/delete`: all of them, or none when one does not exist. */
export const deleteCustomers = endpoint({
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
