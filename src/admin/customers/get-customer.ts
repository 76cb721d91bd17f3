import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import type { AdminStore } from '../admin-store.ts'
import { withBudget } from '../budgets/get-budget.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'

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
  return { ...(await withBudget(store, row)), object_permission: permission ?? null }
}

/** A model that nobody serves would refuse every call. */
export function checkDefaultModel(model: string | null | undefined, { modelGroups }: AdminSettings): void {
  const names = modelGroups?.()
  if (!model || !names || names.includes(model)) return
  throw refuseDict(
    422,
    `Default Model not on proxy. Configure via \`/model/new\` or config.yaml. Default_model=${model}`,
  )
}
