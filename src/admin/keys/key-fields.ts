import { z } from 'zod'
import type { Json } from '../../types.ts'
import { answerRow, anything, bool, dict, dicts, id, int, longText, money, text, texts } from '../endpoint.ts'

const REQUEST_MEMBERS = [
  ...['key_alias', 'duration', 'models', 'spend', 'max_budget', 'user_id', 'team_id', 'agent_id', 'project_id'],
  ...['max_parallel_requests', 'metadata', 'tpm_limit', 'rpm_limit', 'budget_duration', 'allowed_cache_controls'],
  ...['config', 'permissions', 'model_max_budget', 'model_rpm_limit', 'model_tpm_limit', 'guardrails', 'policies'],
  ...['prompts', 'blocked', 'aliases', 'object_permission', 'budget_id', 'tags', 'enforced_params', 'allowed_routes'],
  ...['allowed_passthrough_routes', 'allowed_vector_store_indexes', 'rpm_limit_type', 'tpm_limit_type'],
  ...['router_settings', 'access_group_ids', 'key_type', 'auto_rotate', 'rotation_interval', 'organization_id'],
  ...['tpd_limit', 'budget_limits', 'budget_fallbacks'],
]

/** What LiteLLM keeps in the `metadata` of a key, not in columns. */
const IN_METADATA = [
  ...['model_rpm_limit', 'model_tpm_limit', 'rpm_limit_type', 'tpm_limit_type', 'enforced_params'],
  ...['temp_budget_increase', 'temp_budget_expiry', 'allowed_vector_store_indexes', 'guardrails', 'tags', 'prompts'],
  ...['logging', 'secret_manager_settings', 'allowed_passthrough_routes', 'team_member_key_duration'],
  ...['disable_global_guardrails', 'throttle_on_budget_exceeded', 'enable_prompt_caching', 'end_user_budget_id'],
  ...[
    'denied_passthrough_routes',
    'tag_rpm_limit',
    'tag_tpm_limit',
    'mcp_rpm_limit',
    'default_estimated_output_tokens',
  ],
  'default_estimated_output_tokens_per_model',
]

/** Before there was a column for them, policies were kept in the metadata too. */
const COLUMN_OR_METADATA = ['policies']

const limitType = z.enum(['guaranteed_throughput', 'best_effort_throughput', 'dynamic']).nullish()

/** What a request may say about a key, as LiteLLM names it. Members that are not listed are taken and not used. */
export const keyFields = {
  key_alias: text,
  duration: text,
  models: texts,
  spend: money,
  max_budget: money,
  soft_budget: money,
  user_id: id,
  team_id: id,
  organization_id: id,
  project_id: id,
  agent_id: id,
  budget_id: id,
  max_parallel_requests: int,
  metadata: dict,
  tpm_limit: int,
  rpm_limit: int,
  tpd_limit: int,
  budget_duration: text,
  budget_limits: dicts,
  budget_fallbacks: dict,
  allowed_cache_controls: texts,
  config: dict,
  permissions: dict,
  model_max_budget: dict,
  model_rpm_limit: dict,
  model_tpm_limit: dict,
  guardrails: texts,
  policies: texts,
  prompts: texts,
  blocked: bool,
  aliases: dict,
  object_permission: dict,
  tags: texts,
  enforced_params: texts,
  allowed_routes: texts,
  allowed_passthrough_routes: texts,
  allowed_vector_store_indexes: dicts,
  rpm_limit_type: limitType,
  tpm_limit_type: limitType,
  router_settings: dict,
  access_group_ids: texts,
  send_invite_email: bool,
  key_type: z.enum(['llm_api', 'management', 'read_only', 'default']).nullish(),
  auto_rotate: bool,
  rotation_interval: text,
  team_member_key_duration: text,
  disable_global_guardrails: bool,
  throttle_on_budget_exceeded: bool,
  enable_prompt_caching: bool,
  end_user_budget_id: text,
  denied_passthrough_routes: texts,
  tag_rpm_limit: dict,
  tag_tpm_limit: dict,
  mcp_rpm_limit: dict,
  default_estimated_output_tokens: int,
  default_estimated_output_tokens_per_model: dict,
  temp_budget_increase: money,
  temp_budget_expiry: text,
  logging: anything,
  secret_manager_settings: dict,
  key: longText,
}

export const generateBody = z.looseObject(keyFields)
export type GenerateBody = z.output<typeof generateBody>

/**
 * The metadata after a request. Metadata in the request replaces what was there; members that belong into the metadata
 * are then put into it, and null takes them out. `undefined`: nothing changes.
 */
export function metadataAfter(request: Json, before: Json, hasColumn: (name: string) => boolean): Json | undefined {
  const names = [...IN_METADATA, ...COLUMN_OR_METADATA.filter((name) => !hasColumn(name))]
  const moved = names.filter((name) => request[name] !== undefined)
  if (request.metadata === undefined && moved.length === 0) return undefined
  const metadata: Record<string, unknown> = {
    ...((request.metadata === undefined ? before : request.metadata) as Json),
  }
  for (const name of moved) {
    if (request[name] === null) delete metadata[name]
    else metadata[name] = request[name]
  }
  return metadata
}

interface KeyExtras {
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
