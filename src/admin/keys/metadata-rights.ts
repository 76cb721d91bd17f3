import { isDeepStrictEqual } from 'node:util'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { refuseDict } from '../refuse.ts'

/**
 * Who may set a right: administrators alone; those who run the team too; or, of what only holds a key back, every maker of
 * a key when it is made, and the team's afterwards.
 */
type Setter = 'admin' | 'team' | 'maker'

/**
 * Members of `metadata` that a gateway, this one or LiteLLM on the same database, acts on. They come in `metadata` or under
 * their own names beside it.
 */
const SETTERS: Readonly<Record<string, Setter>> = {
  // They open what is others', write into the log of changes, or link a budget.
  ...of('admin', 'allow_foreign_resources', 'allow_litellm_changed_by_header', 'allowed_passthrough_routes'),
  ...of('admin', 'team_member_budget_id'),
  // A key's own limit for a model goes before its team's, and a tag is charged to the budget of the tag.
  ...of('team', 'tags', 'allow_client_tags', 'model_rpm_limit', 'model_tpm_limit', 'model_itpm_limit'),
  ...of('team', 'model_otpm_limit', 'model_max_parallel_requests', 'tag_rpm_limit', 'tag_tpm_limit'),
  ...of('team', 'mcp_rpm_limit', 'rpm_limit_type', 'tpm_limit_type', 'global_max_parallel_requests', 'priority'),
  ...of('team', 'temp_budget_increase', 'temp_budget_expiry', 'throttle_on_budget_exceeded', 'end_user_budget_id'),
  // Whom the gateway writes to.
  ...of('team', 'soft_budget_alerting_emails', 'max_budget_alert_emails', 'team_member_max_budget_alert_emails'),
  ...of('team', 'default_estimated_output_tokens'),
  ...of('team', 'default_estimated_output_tokens_per_model', 'team_member_key_duration', 'policies'),
  ...of('team', 'disable_global_guardrails', 'opted_out_global_guardrails', 'allowed_vector_store_indexes'),
  ...of('team', 'logging', 'callback_settings', 'secret_manager_settings', 'model_config', 'scim_active'),
  ...of('maker', 'enforced_params', 'service_account_id', 'guardrails', 'denied_passthrough_routes', 'allowed_tools'),
  ...of('maker', 'max_iterations', 'prompts', 'enable_prompt_caching', 'enforced_file_expires_after'),
  ...of('maker', 'enforced_batch_output_expires_after'),
}

export interface MetadataChange {
  /** As it will be. */
  readonly after: Json
  /** As it is; absent where the row is being made. */
  readonly before?: Json
  /** The caller runs the team that the row is, or belongs to. */
  readonly runsTeam: boolean
}

/** Why a caller who is no administrator may not change metadata in this way, or `undefined`. */
export function checkMetadata({ after, before, runsTeam }: MetadataChange): LiteLLMError | undefined {
  for (const [name, setter] of Object.entries(SETTERS)) {
    if (isDeepStrictEqual(filled(after[name]), filled(before?.[name]))) continue
    if (setter === 'admin') return refuseDict(403, `Only proxy admins can set ${name}.`)
    if (runsTeam || (setter === 'maker' && !before)) continue
    return refuseDict(403, `Only proxy admins, and admins of the key's team, can set ${name}.`)
  }
  return undefined
}

function of(setter: Setter, ...names: readonly string[]): Readonly<Record<string, Setter>> {
  return Object.fromEntries(names.map((name) => [name, setter]))
}

/** What says nothing: null, an empty list, an empty object. */
function filled(value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' && Object.keys(value).length === 0 ? undefined : value
}
