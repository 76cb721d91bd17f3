import { z } from 'zod'
import { answered } from './answers.ts'
import { type Endpoint, endpoint, page, text, time } from './endpoint.ts'
import { refuse, refuseDict } from './refuse.ts'
import { AUDIT_SORTS, listAuditLogs } from './sql/list-audit-logs.ts'

const TABLE = 'LiteLLM_AuditLog'

const ENTRY = [
  ...['id', 'updated_at', 'changed_by', 'changed_by_api_key', 'action', 'table_name', 'object_id', 'before_value'],
  'updated_values',
]

/** Members of the query that are values of a column. */
const FILTERS = ['changed_by', 'changed_by_api_key', 'action', 'table_name', 'object_id'] as const

const query = z.looseObject({
  page: page(1),
  page_size: page(10, 100),
  ...{ changed_by: text, changed_by_api_key: text, action: text, table_name: text, object_id: text },
  start_date: time,
  end_date: time,
  sort_by: text,
  sort_order: z.string().default('desc'),
})

/** `GET /audit`: one page of the log of changes. */
const listEntries = endpoint({
  access: 'read',
  query,
  async run({ store, query: asked }) {
    const sort = AUDIT_SORTS.find((known) => known === asked.sort_by)
    if (asked.sort_by && !sort) throw refuse(400, `Invalid sort column. Must be one of: ${AUDIT_SORTS.join(', ')}`)
    const named = FILTERS.filter((name) => asked[name])
    const filter = {
      columns: Object.fromEntries(named.map((name) => [name, String(asked[name])])),
      ...(asked.start_date && { from: asked.start_date }),
      ...(asked.end_date && { to: asked.end_date }),
    }
    const { page: number, page_size } = asked
    const paging = {
      sort: sort ?? 'updated_at',
      descending: asked.sort_order.toLowerCase() !== 'asc',
      limit: page_size,
      offset: (number - 1) * page_size,
    }
    const { rows, total } = store.has(TABLE) ? await listAuditLogs(store.sql, filter, paging) : { rows: [], total: 0 }
    const logs = rows.map((row) => answered(ENTRY, row))
    return { audit_logs: logs, total, page: number, page_size, total_pages: Math.ceil(total / page_size) }
  },
})

/** `GET /audit/{id}`. */
const getEntry = endpoint({
  access: 'read',
  async run({ store, params }) {
    const row = await store.one(TABLE, 'id', params.id)
    if (!row) throw refuseDict(404, `Audit log with ID ${params.id} not found`, 'message')
    return answered(ENTRY, row)
  },
})

export const AUDIT_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /audit': listEntries,
  'GET /audit/{id}': getEntry,
}
