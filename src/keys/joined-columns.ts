/** What is read of the rows beside a key. Versions of LiteLLM differ: a column that a database lacks is left out. */
export const TEAM = [
  ...(['team_id', 'team_alias', 'organization_id', 'metadata', 'spend', 'max_budget', 'soft_budget'] as const),
  ...(['models', 'blocked', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'max_parallel_requests'] as const),
  ...(['model_max_budget', 'budget_limits', 'default_team_member_models', 'router_settings'] as const),
  'budget_reset_at',
] as const

export const USER = [
  ...(['user_id', 'user_email', 'user_role', 'models', 'spend', 'max_budget', 'model_max_budget'] as const),
  ...(['metadata', 'tpm_limit', 'rpm_limit', 'max_parallel_requests', 'budget_reset_at'] as const),
] as const

export const ORGANIZATION = ['organization_id', 'organization_alias', 'models', 'spend', 'metadata'] as const

export const PROJECT = [
  ...(['project_id', 'project_alias', 'blocked', 'models', 'spend', 'metadata'] as const),
  ...(['model_rpm_limit', 'model_tpm_limit', 'model_itpm_limit', 'model_otpm_limit'] as const),
] as const

export const AGENT = ['agent_id', 'tpm_limit', 'rpm_limit', 'session_tpm_limit', 'session_rpm_limit'] as const

export const BUDGET = [
  ...(['budget_id', 'max_budget', 'soft_budget', 'max_parallel_requests'] as const),
  ...(['tpm_limit', 'rpm_limit', 'tpd_limit', 'budget_reset_at'] as const),
] as const

export const KEY_BUDGET = ['model_max_budget'] as const

export const MEMBER_BUDGET = ['allowed_models', 'temp_budget_increase', 'temp_budget_expiry'] as const

/** A row as JSON: whatever its columns hold. */
type RowOf<Columns extends readonly string[]> = { readonly [Name in Columns[number]]?: unknown }

export type TeamRow = RowOf<typeof TEAM>
export type UserRow = RowOf<typeof USER>
export type OrganizationRow = RowOf<typeof ORGANIZATION>
export type ProjectRow = RowOf<typeof PROJECT>
export type AgentRow = RowOf<typeof AGENT>
export type BudgetRow = RowOf<typeof BUDGET>
export type KeyBudgetRow = BudgetRow & RowOf<typeof KEY_BUDGET>
export type MemberBudgetRow = BudgetRow & RowOf<typeof MEMBER_BUDGET>
