import { maskSecret } from '../../admission/credential/credential.ts'
import { isLiteLLMError, type LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { budgetRow } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import type { AdminCall } from '../endpoint.ts'
import { planPermission } from '../object-permission.ts'
import { isDuplicate, refuse, refuseDict } from '../refuse.ts'
import { checkRouterSettings } from '../router-settings.ts'
import { tokenOf } from './find-key.ts'
import { type GenerateBody, generatedKey } from './key-fields.ts'
import { checkAmounts, checkDurations, withDefaults, withinBounds } from './key-limits.ts'
import { planKey } from './plan-key.ts'

/** A request within the configured defaults and bounds; throws the refusal when it is not. */
export function boundedRequest(request: GenerateBody, { settings, now }: AdminCall): GenerateBody {
  const bounded = withinBounds(withDefaults(request, settings.defaultKeyParams), settings.upperboundKeyParams, now, {
    fill: true,
  })
  if (isLiteLLMError(bounded)) throw bounded
  const refusal =
    checkAmounts(bounded) ??
    checkDurations(bounded, now) ??
    checkSecret(bounded.key) ??
    checkRouterSettings(bounded.router_settings, bounded.team_id, settings)
  if (refusal) throw refusal
  return bounded
}

/**
 * Writes a new key with its budget tier and object permission, and answers with the secret. A key that is there already
 * is left as it is, so that set-up scripts may run again.
 */
export async function createKey(call: AdminCall, request: GenerateBody): Promise<Json> {
  const { store, settings, caller, now } = call
  if (request.key) {
    const known = await store.one(TABLES.keys, 'token', tokenOf(request.key))
    if (known) return generatedKey(known, request.key)
  }
  await checkAlias(store, request.key_alias)
  await checkOwners(store, request)
  const by = nameOf(caller)
  const permission = planPermission(request.object_permission)
  const tier =
    typeof request.soft_budget === 'number'
      ? budgetRow({ soft_budget: request.soft_budget, model_max_budget: request.model_max_budget }, by, now)
      : undefined
  const links = { budget_id: tier?.budget_id as string | undefined, object_permission_id: permission.id }
  const hasColumn = (name: string) => store.hasColumn(TABLES.keys, name)
  const { row, secret } = planKey(request, { settings, now, by, hasColumn, links })
  try {
    const [[written], [budget]] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.keys, rows: [row] },
        { kind: 'insert', table: TABLES.budgets, rows: tier ? [tier] : [] },
        ...permission.steps,
      ],
      audit: [{ action: 'created', table: TABLES.keys, id: row.token, after: row }],
      forget: [row.token],
    })) as [[Json], [Json?]]
    const linked = budget ?? (await store.one(TABLES.budgets, 'budget_id', request.budget_id))
    return generatedKey(written, secret, linked)
  } catch (error) {
    if (isDuplicate(error)) throw refuse(409, 'This key has just been created by another request.', { param: 'key' })
    throw error
  }
}

/** Organization and project have to be there: newer tables refer to them. */
async function checkOwners(
  store: AdminStore,
  { organization_id: id, project_id: project }: GenerateBody,
): Promise<void> {
  if (project && store.has(TABLES.projects) && !(await store.one(TABLES.projects, 'project_id', project))) {
    throw refuse(400, `Project doesn't exist in db. Project=${project}.`, {
      type: 'bad_request_error',
      param: 'project_id',
    })
  }
  if (!id || (await store.one(TABLES.organizations, 'organization_id', id))) return
  throw refuse(
    400,
    `Organization doesn't exist in db. Organization=${id}. Create organization via \`/organization/new\` call.`,
  )
}

/** Names of keys are unique. */
export async function checkAlias(store: AdminStore, alias: string | null | undefined, except?: string): Promise<void> {
  if (!alias) return
  const others = (await store.find(TABLES.keys, 'key_alias', [alias])).filter((key) => key.token !== except)
  if (others.length === 0) return
  throw refuse(400, `Key with alias '${alias}' already exists. Unique key aliases across all keys are required.`, {
    type: 'bad_request_error',
    param: 'key_alias',
  })
}

function checkSecret(secret: string | null | undefined): LiteLLMError | undefined {
  if (!secret) return undefined
  if (!secret.startsWith('sk-')) {
    return refuseDict(
      400,
      `Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ${maskSecret(secret)}`,
    )
  }
  if (/^sk-[\x21-\x7e]{5,253}$/.test(secret)) return undefined
  return refuse(400, 'Invalid key format. A key has 8 to 256 visible characters.', {
    type: 'bad_request_error',
    param: 'key',
  })
}
