import { z } from 'zod'
import { pythonList } from '../../auth/python-text.ts'
import { listRows } from '../../litellm/sql/list-rows.ts'
import { listUsedTags } from '../../litellm/sql/list-used-tags.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { withBudgets } from '../budgets/get-budget.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { shownTag } from './tag.ts'

/** `POST /tag/info`: tags by their names. */
export const getTagInfo = endpoint({
  access: 'read',
  body: z.looseObject({ names: needed.texts }),
  async run({ store, body: { names } }) {
    const tags = await shownTags(store, await store.find(TABLES.tags, 'tag_name', names))
    const unknown = names.filter((name) => !tags.some((tag) => tag.name === name))
    if (unknown.length > 0) throw refuse(404, `Tags not found: ${pythonList(unknown)}`)
    return Object.fromEntries(tags.map((tag) => [tag.name, tag]))
  },
})

const day = z.iso.date().optional()

/** `GET /tag/list`: the tags that were made, and those that calls have had without. */
export const listTags = endpoint({
  access: 'read',
  query: z.looseObject({ start_date: day, end_date: day }),
  async run({ store, query: { start_date: from, end_date: to } }) {
    if ((from === undefined) !== (to === undefined)) {
      throw refuse(400, 'start_date and end_date must be provided together')
    }
    const rows = store.has(TABLES.tags) ? await listRows(store.sql, TABLES.tags, 'tag_name') : []
    const tags = await shownTags(store, rows)
    const used = store.has('LiteLLM_DailyTagSpend') ? await listUsedTags(store.sql, from, to) : []
    const others = used.filter(({ tag }) => !rows.some((row) => row.tag_name === tag))
    return [
      ...tags,
      ...others.map(({ tag, first, last }) => ({
        name: tag,
        description: 'Sent with calls. It restricts no model and has no budget.',
        models: null,
        created_at: `${first}Z`,
        updated_at: `${last}Z`,
      })),
    ]
  },
})

async function shownTags(store: AdminStore, rows: readonly Json[]): Promise<readonly Json[]> {
  const full = await withBudgets(store, rows)
  return full.map((row) => shownTag(row, row.litellm_budget_table as Json | null))
}
