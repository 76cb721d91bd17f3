import type { Json } from '../../types.ts'
import { checkBudget } from '../budgets/check-budget.ts'
import { planBudget } from '../budgets/plan-budget.ts'
import { nameOf } from '../caller.ts'
import { isDuplicate } from '../database-refusal.ts'
import { endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import { checkHasTags, modelNames, shownTag } from './tag.ts'
import { tagBody } from './tag-fields.ts'

/** `POST /tag/new`: a tag with a budget of its own, or one that is there already. */
export const newTag = endpoint({
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
