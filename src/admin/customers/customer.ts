import { z } from 'zod'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { CUSTOMER, OWN_BUDGET } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetFields } from '../budgets/budget-row.ts'
import { bool, dict, money, needed, text } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'

/** What a request may say about a customer: LiteLLM's end users. */
export const customerBody = z.looseObject({
  ...budgetFields,
  user_id: needed.text,
  alias: text,
  blocked: bool,
  spend: money,
  allowed_model_region: z.enum(['eu', 'us']).nullish(),
  default_model: text,
  object_permission: dict,
})

export const customersBody = z.looseObject({ user_ids: needed.texts })

export async function getCustomer(store: AdminStore, id: string, param: string): Promise<Json> {
  const customer = await store.one(TABLES.customers, 'user_id', id)
  if (!customer) throw refuse(404, `End User Id=${id} does not exist in db`, { type: 'not_found', param })
  return customer
}

/** A customer as it is answered, with what it is linked to. */
export async function shownCustomer(store: AdminStore, row: Json): Promise<Json> {
  const permission = await store.one(
    TABLES.permissions,
    'object_permission_id',
    row.object_permission_id as string | null,
  )
  const budget = await store.one(TABLES.budgets, 'budget_id', row.budget_id as string | null)
  return answered(CUSTOMER, row, {
    litellm_budget_table: budget ? answered(OWN_BUDGET, budget) : null,
    object_permission: permission ?? null,
  })
}

/** A model without a deployment would refuse every call. */
export function checkDefaultModel(model: string | null | undefined, { modelGroups }: AdminSettings): void {
  const names = modelGroups?.()
  if (!model || !names || names.includes(model)) return
  throw refuseDict(
    422,
    `Default Model not on proxy. Configure via \`/model/new\` or config.yaml. Default_model=${model}`,
  )
}
