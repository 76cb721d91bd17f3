import { randomUUID } from 'node:crypto'
import { nextReset } from '../../auth/budget-duration.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import { metadataAfter } from '../keys/key-metadata.ts'

/** A new row of LiteLLM_UserTable, every time with the same members. */
export function userRow(request: Json, settings: AdminSettings, now: Date): Json & { readonly user_id: string } {
  const asked = withUserDefaults(request, settings)
  const at = now.toISOString()
  const { budget_duration: duration } = asked
  return {
    user_id: typeof asked.user_id === 'string' && asked.user_id !== '' ? asked.user_id : randomUUID(),
    user_email: asked.user_email ?? null,
    user_alias: asked.user_alias ?? null,
    user_role: asked.user_role ?? null,
    sso_user_id: asked.sso_user_id ?? null,
    organization_id: asked.organization_id ?? null,
    object_permission_id: asked.object_permission_id ?? null,
    teams: asked.teams ?? [],
    max_budget: asked.max_budget ?? null,
    spend: asked.spend ?? 0,
    models: asked.models ?? [],
    metadata: metadataAfter({ ...asked, metadata: asked.metadata ?? {} }, {}, () => true) ?? {},
    max_parallel_requests: asked.max_parallel_requests ?? null,
    tpm_limit: asked.tpm_limit ?? null,
    rpm_limit: asked.rpm_limit ?? null,
    budget_duration: duration || null,
    budget_reset_at: typeof duration === 'string' && duration ? nextReset(duration, now).toISOString() : null,
    allowed_cache_controls: asked.allowed_cache_controls ?? [],
    policies: asked.policies ?? [],
    model_max_budget: asked.model_max_budget ?? {},
    created_at: at,
    updated_at: at,
  }
}

/** Internal users get the configured defaults for what the request leaves open. */
function withUserDefaults(request: Json, settings: AdminSettings): Json {
  if (request.user_role !== 'internal_user') return request
  const { defaultUserParams: defaults = {}, maxInternalUserBudget, internalUserBudgetDuration } = settings
  const open = Object.keys(defaults).filter((name) => (request[name] ?? null) === null)
  const filled: Json = { ...request, ...Object.fromEntries(open.map((name) => [name, defaults[name]])) }
  return {
    ...filled,
    max_budget: filled.max_budget ?? maxInternalUserBudget ?? null,
    budget_duration: filled.budget_duration ?? internalUserBudgetDuration ?? null,
  }
}
