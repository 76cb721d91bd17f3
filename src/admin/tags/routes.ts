import { z } from 'zod'
import { pythonList } from '../../admission/facts/python-text.ts'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { BUDGET } from '../answer-forms.ts'
import { answered, answerTime } from '../answers.ts'
import { checkBudget, planBudget } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { type Endpoint, endpoint, needed, text } from '../endpoint.ts'
import { isDuplicate, refuse } from '../refuse.ts'
import { countActiveUsers } from '../sql/count-active-users.ts'
import { listUsedTags } from '../sql/list-used-tags.ts'
import { checkHasTags, getTag, modelNames, shownTag, tagBody } from './tag.ts'

/** `POST /tag/delete`. */
const deleteTag = endpoint({
  access: 'admin',
  body: z.looseObject({ name: needed.text }),
  async run({ store, body: { name } }) {
    const before = await getTag(store, name)
    await store.write({
      steps: [{ kind: 'delete', table: TABLES.tags, rows: [{ id: { tag_name: name } }] }],
      audit: [{ action: 'deleted', table: TABLES.tags, id: name, before }],
      forget: '*',
    })
    return { message: `Tag ${name} deleted successfully` }
  },
})

/** `POST /tag/info`: tags by their names. */
const getTagInfo = endpoint({
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
const listTags = endpoint({
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
        created_at: answerTime(first, '+00:00'),
        updated_at: answerTime(last, '+00:00'),
      })),
    ]
  },
})

/** `POST /tag/update`: what is not sent stays. */
const updateTag = endpoint({
  access: 'admin',
  body: tagBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const before = await getTag(store, request.name)
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const budget = planBudget(request, before.budget_id, nameOf(caller), now)
    const { description, models } = request
    const set: Json = {
      ...(description !== undefined && { description }),
      ...(models !== undefined && { models: models ?? [], model_info: await modelNames(store, models ?? []) }),
      ...(budget.id !== undefined && { budget_id: budget.id }),
      updated_at: now.toISOString(),
    }
    const id = { tag_name: request.name }
    const [[row]] = (await store.write({
      guard: { table: TABLES.tags, id },
      steps: [{ kind: 'update', table: TABLES.tags, rows: [{ id, set }] }, ...budget.steps],
      audit: [{ action: 'updated', table: TABLES.tags, id: request.name, before, after: request }],
      forget: '*',
    })) as [[Json]]
    return { message: `Tag ${request.name} updated successfully`, tag: shownTag(row) }
  },
})

/** `POST /tag/new`: a tag with a budget of its own, or one that is there already. */
const newTag = endpoint({
  access: 'admin',
  body: tagBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    checkHasTags(store)
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const by = nameOf(caller)
    const budget = planBudget(request, undefined, by, now)
    const row = {
      tag_name: request.name,
      description: request.description ?? null,
      models: request.models ?? [],
      model_info: await modelNames(store, request.models ?? []),
      spend: 0,
      budget_id: budget.id ?? null,
      created_at: now.toISOString(),
      created_by: by,
      updated_at: now.toISOString(),
    }
    try {
      const [[written]] = (await store.write({
        steps: [{ kind: 'insert', table: TABLES.tags, rows: [row] }, ...budget.steps],
        audit: [{ action: 'created', table: TABLES.tags, id: request.name, after: row }],
        forget: [request.name],
      })) as [[Json]]
      return { message: `Tag ${request.name} created successfully`, tag: shownTag(written) }
    } catch (error) {
      if (isDuplicate(error)) throw refuse(400, `Tag ${request.name} already exists`)
      throw error
    }
  },
})

const ACTIVE = ['tag', 'active_users', 'date', 'period_start', 'period_end']

/** LiteLLM's window of active users, with tomorrow. */
const ACTIVE_DAYS = 7

/** `GET /tag/dau`: users by day and tag. */
const getActiveUsers = endpoint({
  access: 'read',
  query: z.looseObject({ tag_filter: text, tag_filters: z.union([z.string(), z.array(z.string())]).optional() }),
  async run({ store, query: { tag_filter: part, tag_filters: tags }, now }) {
    if (!store.has('LiteLLM_DailyTagSpend')) return { results: [] }
    const from = new Date(now.getTime() - (ACTIVE_DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
    const results = await countActiveUsers(store.sql, from, tags === undefined ? { part } : { tags: [tags].flat() })
    return { results: results.map((row) => answered(ACTIVE, { ...row })) }
  },
})

export const TAG_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /tag/new': newTag,
  'POST /tag/info': getTagInfo,
  'GET /tag/list': listTags,
  'GET /tag/dau': getActiveUsers,
  'POST /tag/update': updateTag,
  'POST /tag/delete': deleteTag,
}

async function shownTags(store: AdminStore, rows: readonly Json[]): Promise<readonly Json[]> {
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return shownTag(row, budget && answered(BUDGET, budget))
  })
}
