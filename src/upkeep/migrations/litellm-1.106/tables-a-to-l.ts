/** Tables of LiteLLM 1.106.12 that no earlier migration creates, from `LiteLLM_A…` to `LiteLLM_L…`. */
export const TABLES_A_TO_L = `
create table if not exists "LiteLLM_AdaptiveRouterSession" (
  session_id text not null, router_name text not null, model_name text not null, classified_type text not null,
  misalignment_count integer not null default 0, stagnation_count integer not null default 0,
  disengagement_count integer not null default 0, satisfaction_count integer not null default 0,
  failure_count integer not null default 0, loop_count integer not null default 0,
  exhaustion_count integer not null default 0, last_user_content text, last_assistant_content text,
  tool_call_history jsonb not null default '[]', pending_tool_calls jsonb not null default '{}',
  turn_count integer not null default 0, last_processed_turn integer not null default '-1'::integer,
  clean_credit_awarded boolean not null default false, terminal_status integer,
  last_activity_at timestamp(3) not null default current_timestamp,
  primary key (session_id, router_name, model_name)
);
create table if not exists "LiteLLM_AdaptiveRouterState" (
  router_name text not null, request_type text not null, model_name text not null, alpha double precision not null,
  beta double precision not null, total_samples integer not null default 0,
  last_updated_at timestamp(3) not null default current_timestamp,
  primary key (router_name, request_type, model_name)
);
create table if not exists "LiteLLM_AgentIdentity" (
  agent_id text not null, active boolean not null default true, provider text not null, issuer text not null,
  tenant_id text not null, client_id text not null, service_principal_id text,
  required_roles text[] default array[]::text[], required_scopes text[] default ARRAY['user_impersonation'::text],
  revision text not null, last_authenticated_at timestamp(3), primary key (agent_id)
);
create table if not exists "LiteLLM_AutoRouterBaselineComparison" (
  scope text not null, api_key text not null, session_id text not null, router_name text not null,
  initial_equivalent boolean not null, revision bigint not null default 0,
  published_revision bigint not null default 0, history text, attempted_at timestamp(3),
  retired boolean not null default false, updated_at timestamp(3) not null default current_timestamp,
  primary key (scope)
);
create table if not exists "LiteLLM_AutoRouterBaselineObservation" (
  request_id text not null, scope text not null, started_at double precision not null, revision bigint not null,
  data text not null, publication text, conflicted boolean not null default false, primary key (request_id)
);
create table if not exists "LiteLLM_AutoRouterDailySpend" (
  date text not null, api_key text not null, user_id text not null, router_name text not null,
  router_type text not null, turns integer not null default 0, spend double precision not null default 0,
  saved_spend double precision not null default 0, savings_estimated_turns integer not null default 0,
  savings_estimated_actual_spend double precision not null default 0,
  savings_estimated_saved_spend double precision not null default 0,
  classifier_cost double precision not null default 0, classifier_cost_recorded_turns integer not null default 0,
  total_tokens bigint not null default 0, token_recorded_turns integer not null default 0,
  primary key (date, api_key, user_id, router_name, router_type)
);
create table if not exists "LiteLLM_AutoRouterSession" (
  api_key text not null, session_id text not null, router_name text not null, router_type text not null,
  first_turn_at timestamp(3) not null, last_turn_at timestamp(3) not null, last_model text not null,
  models jsonb not null default '{}', turns integer not null default 0, unordered_turns integer not null default 0,
  covered_turns integer not null default 0, cache_hits integer not null default 0,
  same_model_turns integer not null default 0, same_model_hits integer not null default 0,
  first_visit_turns integer not null default 0, first_visit_hits integer not null default 0,
  return_turns integer not null default 0, return_hits integer not null default 0,
  return_expired_misses integer not null default 0, return_within_ttl_misses integer not null default 0,
  ttl_5m_turns integer not null default 0, ttl_1h_turns integer not null default 0,
  total_tokens bigint not null default 0, spend double precision not null default 0,
  saved_spend double precision not null default 0, tier_turns jsonb not null default '{}',
  classifier_cost double precision not null default 0, classifier_cost_recorded_turns integer not null default 0,
  baseline_models jsonb not null default '{}', savings_estimated_turns integer not null default 0,
  savings_estimated_actual_spend double precision not null default 0,
  savings_estimated_saved_spend double precision not null default 0,
  savings_estimated_baseline_models jsonb not null default '{}', primary key (api_key, session_id, router_name)
);
create table if not exists "LiteLLM_AutoRouterUserSession" (
  user_id text not null, api_key text not null, session_id text not null, router_name text not null,
  router_type text not null, first_turn_at timestamp(3) not null, last_turn_at timestamp(3) not null,
  last_model text not null, models jsonb not null default '{}', turns integer not null default 0,
  unordered_turns integer not null default 0, covered_turns integer not null default 0,
  cache_hits integer not null default 0, same_model_turns integer not null default 0,
  same_model_hits integer not null default 0, first_visit_turns integer not null default 0,
  first_visit_hits integer not null default 0, return_turns integer not null default 0,
  return_hits integer not null default 0, return_expired_misses integer not null default 0,
  return_within_ttl_misses integer not null default 0, ttl_5m_turns integer not null default 0,
  ttl_1h_turns integer not null default 0, total_tokens bigint not null default 0,
  spend double precision not null default 0, saved_spend double precision not null default 0,
  savings_estimated_turns integer not null default 0,
  savings_estimated_actual_spend double precision not null default 0,
  savings_estimated_saved_spend double precision not null default 0,
  savings_estimated_baseline_models jsonb not null default '{}',
  classifier_cost double precision not null default 0, classifier_cost_recorded_turns integer not null default 0,
  tier_turns jsonb not null default '{}', baseline_models jsonb not null default '{}',
  primary key (user_id, api_key, session_id, router_name)
);
create table if not exists "LiteLLM_BackgroundInteractionSettlement" (
  interaction_id text not null, custom_llm_provider text not null, create_context jsonb not null,
  created_at timestamp(3) not null default current_timestamp, claimed_at timestamp(3), claimed_by text,
  settled_at timestamp(3), outcome text, primary key (interaction_id)
);
create table if not exists "LiteLLM_CacheConfig" (
  id text not null default 'cache_config', cache_settings jsonb not null,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, primary key (id)
);
create table if not exists "LiteLLM_ClaudeCodePluginTable" (
  id text not null, name text not null, version text, description text, manifest_json text,
  files_json text default '{}', enabled boolean not null default true,
  created_at timestamp(3) default current_timestamp, updated_at timestamp(3) default current_timestamp,
  created_by text, primary key (id)
);
create table if not exists "LiteLLM_ConfigOverrides" (
  config_type text not null, config_value jsonb not null,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (config_type)
);
create table if not exists "LiteLLM_CronJob" (
  cronjob_id text not null, pod_id text not null, status "JobStatus" not null default 'INACTIVE'::"JobStatus",
  last_updated timestamp(3) not null default current_timestamp, ttl timestamp(3) not null, primary key (cronjob_id)
);
create table if not exists "LiteLLM_DailyGatewayRequests" (
  date text not null, category text not null, route text not null, successful_requests bigint not null default 0,
  failed_requests bigint not null default 0, created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null, primary key (date, category, route)
);
create table if not exists "LiteLLM_DailyGlobalSpend" (
  id text not null, date text not null, model text, model_group text, custom_llm_provider text,
  mcp_namespaced_tool_name text, endpoint text, prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0, cache_read_input_tokens bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0, compression_saved_tokens bigint not null default 0,
  compression_savings_spend double precision not null default 0.0,
  prompt_caching_savings_spend double precision not null default 0.0,
  gateway_injected_caching_savings_spend double precision not null default 0.0,
  autorouter_savings_spend double precision not null default 0.0, spend double precision not null default 0.0,
  api_requests bigint not null default 0, successful_requests bigint not null default 0,
  failed_requests bigint not null default 0, total_response_time_ms bigint not null default 0,
  timed_requests bigint not null default 0, created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null, primary key (id)
);
create table if not exists "LiteLLM_DailyGuardrailMetrics" (
  guardrail_id text not null, date text not null, requests_evaluated bigint not null default 0,
  passed_count bigint not null default 0, blocked_count bigint not null default 0,
  flagged_count bigint not null default 0, avg_score double precision, avg_latency_ms double precision,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (guardrail_id, date)
);
create table if not exists "LiteLLM_DailyGuardrailUsageUnits" (
  guardrail_id text not null, date text not null, team_id text not null, api_key text not null,
  usage_unit text not null, units bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  cost double precision, untracked_units bigint not null default 0,
  primary key (guardrail_id, date, team_id, api_key, usage_unit)
);
create table if not exists "LiteLLM_DailyModelUsage" (
  date text not null, model_group text not null, model text not null, custom_llm_provider text not null,
  task_type text not null, spend double precision not null default 0.0, prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0, request_count bigint not null default 0,
  successful_requests bigint not null default 0, failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (date, model_group, model, custom_llm_provider, task_type)
);
create table if not exists "LiteLLM_DailyPolicyMetrics" (
  policy_id text not null, date text not null, requests_evaluated bigint not null default 0,
  passed_count bigint not null default 0, blocked_count bigint not null default 0,
  flagged_count bigint not null default 0, avg_score double precision, avg_latency_ms double precision,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (policy_id, date)
);
create table if not exists "LiteLLM_DailyToolSpend" (
  date text not null, tool_name text not null, spend double precision not null default 0.0,
  total_tokens bigint not null default 0, request_count bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (date, tool_name)
);
create table if not exists "LiteLLM_GuardrailsTable" (
  guardrail_id text not null, guardrail_name text not null, litellm_params jsonb not null, guardrail_info jsonb,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, team_id text,
  reviewed_at timestamp(3), status text not null default 'active', submitted_at timestamp(3),
  primary key (guardrail_id)
);
create table if not exists "LiteLLM_HealthCheckTable" (
  health_check_id text not null, model_name text not null, model_id text, status text not null,
  healthy_count integer not null default 0, unhealthy_count integer not null default 0, error_message text,
  response_time_ms double precision, details jsonb, checked_by text,
  checked_at timestamp(3) not null default current_timestamp,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  primary key (health_check_id)
);
create table if not exists "LiteLLM_InvitationLink" (
  id text not null, user_id text not null, is_accepted boolean not null default false, accepted_at timestamp(3),
  expires_at timestamp(3) not null, created_at timestamp(3) not null, created_by text not null,
  updated_at timestamp(3) not null, updated_by text not null, primary key (id)
);
create table if not exists "LiteLLM_JWTKeyMapping" (
  id text not null, jwt_claim_name text not null, jwt_claim_value text not null, token text not null,
  description text, is_active boolean not null default true,
  created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, jwt_issuer text not null default '',
  primary key (id)
);
create table if not exists "LiteLLM_Lens" (
  id text not null, version integer not null default 0, data jsonb not null,
  due_at timestamp(3) default '1970-01-01 00:00:00'::timestamp without time zone, primary key (id)
);
create table if not exists "LiteLLM_LensDataset" (
  id text not null, revision integer not null, created_at timestamp(3) not null, data jsonb not null,
  primary key (id, revision)
);
create table if not exists "LiteLLM_LensIngestionKey" (
  id text not null, data jsonb not null, primary key (id)
);
create table if not exists "LiteLLM_LensReview" (
  lens_id text not null, criteria_key text not null, execution_id text not null, data jsonb not null,
  primary key (lens_id, criteria_key, execution_id)
);
create table if not exists "LiteLLM_LensRun" (
  id text not null, lens_id text not null, created_at timestamp(3) not null, data jsonb not null, primary key (id)
);
create table if not exists "LiteLLM_LensSignalConfig" (
  id text not null, data jsonb not null, primary key (id)
);
create table if not exists "LiteLLM_LensTraceSignal" (
  trace_id text not null, trace_ref text not null default '', config_key text not null,
  span_count integer not null, claimed_until timestamp(3), classified_at timestamp(3), data jsonb not null,
  primary key (trace_id, trace_ref)
);
create table if not exists "LiteLLM_LensWorker" (
  id text not null, token_hash text not null, data jsonb not null,
  constraint "LiteLLM_LensWorker_token_hash_key" unique (token_hash), primary key (id)
);
`
