import { z } from 'zod'
import { listRows } from '../../litellm/sql/list-rows.ts'
import { answerRow } from '../answer-row.ts'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

/** `POST /budget/info`: budgets by their ids. */
export const getBudgetInfo = endpoint({
  access: 'read',
  body: z.looseObject({ budgets: needed.texts }),
  async run({ store, body: { budgets: ids } }) {
    if (ids.length === 0) throw refuseDict(400, "Specify list of budget id's to query. Passed in=[]")
    return (await store.find(TABLES.budgets, 'budget_id', ids)).map(answerRow)
  },
})

/** `GET /budget/list`. */
export const listBudgets = endpoint({
  access: 'read',
  async run({ store }) {
    return (await listRows(store.sql, TABLES.budgets, 'budget_id')).map(answerRow)
  },
})

const SETTINGS = {
  max_parallel_requests: 'Integer',
  tpm_limit: 'Integer',
  rpm_limit: 'Integer',
  budget_duration: 'String',
  max_budget: 'Float',
  soft_budget: 'Float',
  model_max_budget: 'Object',
}

/** `GET /budget/settings?budget_id=`: what can be set, and what is. */
export const getBudgetSettings = endpoint({
  access: 'read',
  query: z.looseObject({ budget_id: needed.text }),
  async run({ store, query: { budget_id: id } }) {
    const budget = await store.one(TABLES.budgets, 'budget_id', id)
    return Object.entries(SETTINGS).map(([name, type]) => ({
      field_name: name,
      field_type: type,
      field_description: '',
      field_value: budget?.[name] ?? null,
      stored_in_db: true,
      field_default_value: null,
    }))
  },
})
