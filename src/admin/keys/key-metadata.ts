import type { Json } from '../../types.ts'

/** What LiteLLM keeps in the `metadata` of a key, not in columns. */
export const IN_METADATA = [
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
