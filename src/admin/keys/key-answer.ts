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

/** LiteLLM's GenerateKeyResponse: what was asked for and what became of it. The only answer with the secret in it. */
export function generatedKey(request: Json, row: Json, secret: string, budget?: Json): Json {
  const { token, budget_reset_at: _reset, ...columns } = answerRow(row)
  return {
    ...Object.fromEntries(REQUEST_MEMBERS.map((name) => [name, columns[name] ?? request[name] ?? null])),
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
