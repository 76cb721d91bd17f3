import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'

const REQUEST_MEMBERS = [
  ...['key_alias', 'duration', 'models', 'spend', 'max_budget', 'user_id', 'team_id', 'agent_id', 'project_id'],
  ...['max_parallel_requests', 'metadata', 'tpm_limit', 'rpm_limit', 'budget_duration', 'allowed_cache_controls'],
  ...['config', 'permissions', 'model_max_budget', 'model_rpm_limit', 'model_tpm_limit', 'guardrails', 'policies'],
  ...['prompts', 'blocked', 'aliases', 'object_permission', 'budget_id', 'tags', 'enforced_params', 'allowed_routes'],
  ...['allowed_passthrough_routes', 'allowed_vector_store_indexes', 'rpm_limit_type', 'tpm_limit_type'],
  ...['router_settings', 'access_group_ids', 'key_type', 'auto_rotate', 'rotation_interval', 'organization_id'],
  ...['tpd_limit', 'budget_limits', 'budget_fallbacks'],
]

export interface KeyExtras {
  /** The row of the key's own budget tier. */
  readonly budget?: Json
  /** The row of its object permission. */
  readonly permission?: Json
  /** As it was asked for: `expires` is what became of it. */
  readonly duration?: string | null
}

/** LiteLLM's GenerateKeyResponse, by the rows that were written. The only answer with the secret in it. */
export function generatedKey(row: Json, secret: string, { budget, permission, duration }: KeyExtras = {}): Json {
  const { token, budget_reset_at: _reset, ...columns } = answerRow(row)
  const metadata = (row.metadata ?? {}) as Json
  return {
    ...Object.fromEntries(REQUEST_MEMBERS.map((name) => [name, columns[name] ?? metadata[name] ?? null])),
    duration: duration ?? null,
    object_permission: permission ?? null,
    key: secret,
    token,
    token_id: token,
    key_name: columns.key_name ?? null,
    expires: columns.expires ?? null,
    litellm_budget_table: budget ? answerRow(budget) : null,
    created_by: columns.created_by ?? null,
    updated_by: columns.updated_by ?? null,
    created_at: columns.created_at ?? null,
    updated_at: columns.updated_at ?? null,
  }
}
