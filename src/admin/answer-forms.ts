import type { Form } from './answers.ts'

/*
 * The members of LiteLLM's answers, in their order. `answers.ts` says what a row becomes in them.
 */

const BUDGET_PART = 'max_parallel_requests tpm_limit rpm_limit tpd_limit model_max_budget budget_duration'

/** The rows of LiteLLM_BudgetTable. */
export const BUDGET = form(
  `budget_id max_budget soft_budget ${BUDGET_PART} budget_reset_at allowed_models temp_budget_increase`,
  'temp_budget_expiry created_at created_by updated_at updated_by organization projects keys end_users tags',
  'model_access_groups team_membership organization_membership',
)

/** The budget of a team's members, as the team has it. */
export const TEAM_MEMBER_BUDGET = form(
  `budget_id max_budget soft_budget ${BUDGET_PART} budget_reset_at allowed_models temp_budget_increase`,
  'temp_budget_expiry created_at',
)

/** A budget in the answer about its owner. */
export const OWN_BUDGET = form(
  `budget_id soft_budget max_budget ${BUDGET_PART} allowed_models temp_budget_increase temp_budget_expiry`,
  'budget_reset_at created_at',
)

/** A key without its hash. */
export const KEY_INFO = form(
  'key_name key_alias soft_budget_cooldown spend total_spend expires models aliases config router_settings user_id',
  'team_id agent_id project_id permissions max_parallel_requests metadata blocked tpm_limit rpm_limit tpd_limit',
  'max_budget budget_duration budget_reset_at allowed_cache_controls allowed_routes key_type policies',
  'access_group_ids model_spend model_max_budget budget_fallbacks budget_id organization_id object_permission_id',
  'created_at created_by updated_at updated_by settings_updated_at last_active rotation_count auto_rotate',
  'rotation_interval last_rotation_at key_rotation_at budget_limits litellm_budget_table litellm_organization_table',
  'litellm_project_table object_permission jwt_key_mappings',
)

/** A row of LiteLLM_VerificationToken. */
export const KEY = ['token', ...KEY_INFO]

const TOKEN = form(
  'token key_name key_alias spend total_spend max_budget expires models aliases config user_id team_id agent_id',
  'project_id max_parallel_requests metadata tpm_limit rpm_limit tpd_limit budget_duration budget_reset_at',
  'allowed_cache_controls allowed_routes key_type permissions model_spend model_max_budget budget_fallbacks',
  'soft_budget_cooldown blocked litellm_budget_table budget_id org_id created_at created_by updated_at updated_by',
  'settings_updated_at last_active object_permission_id object_permission access_group_ids rotation_count auto_rotate',
  'rotation_interval last_rotation_at key_rotation_at router_settings budget_limits',
)

/** A key that has just been blocked. */
export const BLOCKED_KEY = TOKEN

/** A key of the list: as LiteLLM knows a caller. */
export const LISTED_KEY = form(
  ...TOKEN,
  'team_spend team_alias team_tpm_limit team_rpm_limit team_tpd_limit team_max_budget team_soft_budget',
  'team_model_max_budget team_models team_blocked soft_budget team_model_aliases team_member team_metadata',
  'team_object_permission_id team_member_spend team_member_tpm_limit team_member_rpm_limit end_user_id',
  'end_user_tpm_limit end_user_rpm_limit end_user_tpd_limit end_user_max_budget end_user_model_max_budget',
  'organization_alias organization_max_budget organization_tpm_limit organization_rpm_limit organization_metadata',
  'project_alias project_metadata last_refreshed_at api_key user_role allowed_model_region parent_otel_span',
  'rpm_limit_per_model tpm_limit_per_model user_tpm_limit user_rpm_limit user_email user_spend user_max_budget',
  'user_model_max_budget request_route is_session_token user created_by_user end_user_object_permission',
  'team_object_permission jwt_claims',
)

/** The settings of a router that a key brings along. */
export const ROUTER_SETTINGS = form(
  'routing_strategy_args routing_strategy routing_groups retry_policy model_group_retry_policy',
  'model_group_affinity_config allowed_fails cooldown_time num_retries timeout max_retries retry_after fallbacks',
  'context_window_fallbacks model_group_alias enable_tag_filtering weights tag_routing_prefix optional_pre_call_checks',
)

/** A new key: GenerateKeyResponse. */
export const GENERATED_KEY = form(
  'key_alias duration models spend max_budget user_id team_id agent_id max_parallel_requests metadata tpm_limit',
  'rpm_limit budget_duration budget_limits allowed_cache_controls config permissions model_max_budget budget_fallbacks',
  'model_rpm_limit model_tpm_limit mcp_rpm_limit tag_rpm_limit guardrails policies prompts blocked aliases',
  'object_permission key tpd_limit default_estimated_output_tokens default_estimated_output_tokens_per_model budget_id',
  'end_user_budget_id tags disable_global_guardrails enable_prompt_caching throttle_on_budget_exceeded enforced_params',
  'allowed_routes allowed_passthrough_routes denied_passthrough_routes allowed_vector_store_indexes rpm_limit_type',
  'tpm_limit_type router_settings access_group_ids key_name key_type expires token_id organization_id project_id',
  'litellm_budget_table token created_by updated_by created_at updated_at',
)

/** A new user: NewUserResponse. */
export const NEW_USER = [...GENERATED_KEY, 'user_email', 'user_role', 'teams', 'user_alias']

const USER_COLUMNS = form(
  'user_id user_alias team_id sso_user_id organization_id object_permission_id password_reset_required',
  'last_breach_check_at teams user_role max_budget spend user_email models metadata max_parallel_requests tpm_limit',
  'rpm_limit budget_duration budget_reset_at allowed_cache_controls policies model_spend model_max_budget created_at',
  'updated_at',
)

/** A row of LiteLLM_UserTable. */
export const USER = form(
  'verified_subjects',
  ...USER_COLUMNS,
  'litellm_organization_table organization_memberships invitations_created invitations_updated invitations_user',
  'object_permission',
)

export const USER_INFO = [...USER, 'model_max_budget_usage']

/** A user in the answer about something else. */
export const MEMBER_USER = [...USER_COLUMNS, 'organization_memberships', 'object_permission']

export const LISTED_USER = [...MEMBER_USER, 'key_count']

/** A user in the list of `GET /spend/users`: the columns as LiteLLM's table has them. */
export const SPENDING_USER = form(
  'user_id user_alias team_id sso_user_id organization_id teams user_role max_budget spend user_email models metadata',
  'max_parallel_requests tpm_limit rpm_limit budget_duration budget_reset_at allowed_cache_controls model_spend',
  'model_max_budget created_at updated_at object_permission_id policies password_reset_required last_breach_check_at',
  'key_aliases',
)

/** `GET /v2/user/info`. */
export const USER_INFO_V2 = form(
  'user_id user_email user_alias user_role spend max_budget tpm_limit rpm_limit models budget_duration budget_reset_at',
  'metadata created_at updated_at sso_user_id teams object_permission model_max_budget model_max_budget_usage',
)

/** A team: LiteLLM_TeamTable. */
export const TEAM = form(
  'team_alias team_id organization_id admins members members_with_roles team_member_permissions metadata tpm_limit',
  'rpm_limit tpd_limit max_budget soft_budget budget_duration budget_limits models blocked router_settings',
  'access_group_ids default_team_member_models spend max_parallel_requests budget_reset_at model_id model_spend',
  'model_max_budget policies allow_team_guardrail_config litellm_model_table object_permission object_permission_id',
  'updated_at created_at',
)

export const TEAM_INFO = [
  ...TEAM,
  ...['team_member_budget_table', 'access_group_models', 'access_group_mcp_server_ids', 'access_group_agent_ids'],
  ...['access_group_details', 'organization_models', 'model_max_budget_usage', 'caller_edit_access'],
]

export const LISTED_TEAM = [...TEAM, 'team_memberships', 'keys']

/** `GET /v2/team/list`. */
export const LISTED_TEAM_V2 = [
  ...TEAM,
  ...['members_count', 'keys_count', 'access_group_models', 'access_group_mcp_server_ids', 'access_group_agent_ids'],
]

/** A row of LiteLLM_TeamTable that was changed. */
export const TEAM_ROW = form(
  'team_id team_alias organization_id object_permission_id admins members members_with_roles metadata max_budget',
  'soft_budget spend models max_parallel_requests tpm_limit rpm_limit tpd_limit budget_duration budget_reset_at blocked',
  'created_at updated_at model_spend model_max_budget router_settings team_member_permissions access_group_ids policies',
  'default_team_member_models budget_limits model_id allow_team_guardrail_config litellm_organization_table',
  'litellm_model_table object_permission projects',
)

export const TEAM_MODELS = form('id model_aliases created_by updated_by team')
export const TEAM_MODELS_ROW = form('id model_aliases created_at created_by updated_at updated_by team')

export const MEMBERSHIP = form('user_id team_id budget_id spend total_spend litellm_budget_table')

/** A member of a team. */
export const TEAM_MEMBER = form('user_id user_email role')

export const CUSTOMER = form(
  'user_id blocked alias spend allowed_model_region default_model models budget_id litellm_budget_table',
  'object_permission_id object_permission',
)

export const TAG = form('name description models model_info created_at updated_at created_by')

export const ORGANIZATION = form(
  'organization_id organization_alias budget_id spend metadata models model_spend created_by updated_by users',
  'litellm_budget_table object_permission object_permission_id created_at updated_at',
)

export const ORGANIZATION_INFO = [...ORGANIZATION, 'members', 'teams']

export const ORGANIZATION_MEMBERSHIP = form(
  'user_id organization_id user_role spend budget_id created_at updated_at user litellm_budget_table user_email',
)

export const PROJECT = form(
  'project_id project_alias description team_id budget_id metadata models spend model_spend model_rpm_limit',
  'model_tpm_limit blocked object_permission_id created_by updated_by created_at updated_at litellm_budget_table',
  'object_permission',
)

/** A row of LiteLLM_ProxyModelTable. */
export const MODEL = form(
  'model_id model_name litellm_params model_info blocked created_at created_by updated_at updated_by',
)

function form(...lines: readonly string[]): Form {
  return lines.join(' ').split(' ')
}
