import type { Json } from '../../types.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { TABLES } from '../tables.ts'
import { getTag, modelNames, shownTag } from './tag.ts'
import { tagBody } from './tag-fields.ts'

/** `POST /tag/update`: what is not sent stays. */
export const updateTag = endpoint({
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
