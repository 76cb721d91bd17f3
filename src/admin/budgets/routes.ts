import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { BUDGET } from '../answer-forms.ts'
import { answered, float } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { type Endpoint, endpoint, needed, page } from '../endpoint.ts'
import { isDuplicate, refuseDict } from '../refuse.ts'
import { listCeilings } from '../sql/list-ceilings.ts'
import { budgetBody, budgetFields, budgetPatch, budgetRow, checkBudget } from './budget-row.ts'
import { listBudgetsV1 } from './list.ts'

const LINKED = [TABLES.keys, TABLES.customers, TABLES.tags, TABLES.memberships, TABLES.organizationMemberships]

/** `POST /budget/delete`: its owners have none then. An organization cannot be without one. Of an unknown id LiteLLM says nothing. */
const deleteBudget = endpoint({
  access: 'admin',
  body: z.looseObject({ id: needed.text }),
  async run({ store, body: { id } }) {
    const before = await store.one(TABLES.budgets, 'budget_id', id)
    if (!before) return null
    const [organization] = await store.find(TABLES.organizations, 'budget_id', [id])
    if (organization) {
      throw refuseDict(400, `Budget ${id} belongs to organization ${organization.organization_id}.`)
    }
    const byBudget = [{ id: { budget_id: id }, set: { budget_id: null } }]
    const rows = await store.write({
      guard: { table: TABLES.budgets, id: { budget_id: id } },
      steps: [
        // Not every database has the foreign keys that would do it.
        ...LINKED.map((table) => ({ kind: 'update' as const, table, rows: byBudget })),
        { kind: 'delete', table: TABLES.budgets, rows: [{ id: { budget_id: id } }] },
      ],
      audit: [{ action: 'deleted', table: TABLES.budgets, id, before }],
      forget: '*',
    })
    return answered(BUDGET, (rows.at(-1) as readonly [Json])[0])
  },
})

/** `POST /budget/info`: budgets by their ids. */
const getBudgetInfo = endpoint({
  access: 'read',
  body: z.looseObject({ budgets: needed.texts }),
  async run({ store, body: { budgets: ids } }) {
    if (ids.length === 0) throw refuseDict(400, "Specify list of budget id's to query. Passed in=[]")
    return (await store.find(TABLES.budgets, 'budget_id', ids)).map((row) => answered(BUDGET, row))
  },
})

/** `GET /budget/list`. */
const listBudgets = endpoint({
  access: 'read',
  async run({ store }) {
    return (await listRows(store.sql, TABLES.budgets, 'budget_id')).map((row) => answered(BUDGET, row))
  },
})

const SETTINGS = {
  max_budget: ['Float', 'US dollars. Calls beyond it are refused.'],
  soft_budget: ['Float', 'US dollars. Beyond it there is a warning, and calls go on.'],
  max_parallel_requests: ['Integer', 'Calls at the same time.'],
  tpm_limit: ['Integer', 'Tokens a minute.'],
  rpm_limit: ['Integer', 'Calls a minute.'],
  tpd_limit: ['Integer', 'Tokens a day, for batches.'],
  budget_duration: ['String', 'After this time spend begins at 0 again: 1h, 1d, 30d.'],
  model_max_budget: ['Object', 'A budget for each model.'],
} as const

/** Members of LiteLLM's settings that say nothing of a budget. */
const SETTING = {
  ...{ field_default_value: null, premium_field: false, nested_fields: null, field_options: null, field_tab: null },
  ...{ source: 'unset', editable: true },
}

/** `GET /budget/settings?budget_id=`: what can be set, and what is. */
const getBudgetSettings = endpoint({
  access: 'read',
  query: z.looseObject({ budget_id: needed.text }),
  async run({ store, query: { budget_id: id } }) {
    const budget = await store.one(TABLES.budgets, 'budget_id', id)
    return Object.entries(SETTINGS).map(([name, [type, description]]) => ({
      field_name: name,
      field_type: type,
      field_description: description,
      field_value: type === 'Float' ? float(budget?.[name]) : (budget?.[name] ?? null),
      stored_in_db: true,
      ...SETTING,
    }))
  },
})

/** `POST /budget/update`: for everybody who has this budget. What is not sent stays, null clears. */
const updateBudget = endpoint({
  access: 'admin',
  body: budgetBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const { budget_id: id } = request
    if (!id) throw refuseDict(400, 'budget_id is required')
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const before = await store.one(TABLES.budgets, 'budget_id', id)
    if (!before) return null
    const asked = Object.entries(request).filter(
      ([name, value]) => Object.hasOwn(budgetFields, name) && value !== undefined,
    )
    const set = budgetPatch(Object.fromEntries(asked), nameOf(caller), now)
    const [[row]] = (await store.write({
      guard: { table: TABLES.budgets, id: { budget_id: id } },
      steps: [{ kind: 'update', table: TABLES.budgets, rows: [{ id: { budget_id: id }, set }] }],
      audit: [{ action: 'updated', table: TABLES.budgets, id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    return answered(BUDGET, row)
  },
})

/** `POST /budget/new`: a budget that keys, customers, organizations, tags and members can share. */
const newBudget = endpoint({
  access: 'admin',
  body: budgetBody,
  stores: [TABLES.budgets],
  async run({ store, caller, body: request, now }) {
    const refusal = checkBudget(request, now)
    if (refusal) throw refusal
    const row = budgetRow(request, nameOf(caller), now)
    const id = String(row.budget_id)
    try {
      const [[written]] = (await store.write({
        steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }],
        audit: [{ action: 'created', table: TABLES.budgets, id, after: row }],
        forget: [],
      })) as [[Json]]
      return answered(BUDGET, written)
    } catch (error) {
      if (isDuplicate(error)) throw refuseDict(400, `Budget with id '${id}' already exists.`)
      throw error
    }
  },
})

/**
 * `GET /budget/ceilings`, which LiteLLM does not have: keys, users, teams, members, organizations, customers, projects and
 * tags with a budget or a limit on rate, that which is nearest to its budget first. Administrators see all; others their
 * own key, user, memberships and teams.
 */
const getCeilings = endpoint({
  access: 'anyone',
  query: z.looseObject({ limit: page(100, 1_000) }),
  async run({ store, caller, query: { limit } }) {
    const { hashedToken, owners } = caller.key
    const scope = { hashedToken, userId: owners.userId ?? null, teamId: owners.teamId ?? null }
    const rows = await listCeilings(store.sql, store.has, caller.adminView ? undefined : scope, limit)
    return {
      ceilings: rows.map(({ tpm_limit, rpm_limit, budget_reset_at, ...row }) => ({
        ...row,
        tpm_limit: numberOf(tpm_limit),
        rpm_limit: numberOf(rpm_limit),
        budget_reset_at: budget_reset_at?.toISOString() ?? null,
      })),
    }
  },
})

/** PostgreSQL's 64-bit integers come as text. */
function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text)
}

export const BUDGET_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /budget/new': newBudget,
  'POST /budget/info': getBudgetInfo,
  'GET /budget/list': listBudgets,
  'GET /budget/settings': getBudgetSettings,
  'GET /budget/ceilings': getCeilings,
  'GET /management/v1/budgets': listBudgetsV1,
  'POST /budget/update': updateBudget,
  'POST /budget/delete': deleteBudget,
}
