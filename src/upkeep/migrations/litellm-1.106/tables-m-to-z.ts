/** Tables of LiteLLM 1.106.12 that no earlier migration creates, from `LiteLLM_M…` to `LiteLLM_Z…`. */
export const TABLES_M_TO_Z = `
create table if not exists "LiteLLM_MCPServerOAuthClient" (
  server_id text not null, credentials jsonb, created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null default current_timestamp, primary key (server_id)
);
create table if not exists "LiteLLM_MCPServerTable" (
  server_id text not null, server_name text, description text, url text, transport text not null default 'sse',
  auth_type text, created_at timestamp(3) default current_timestamp, created_by text,
  updated_at timestamp(3) default current_timestamp, updated_by text, status text default 'unknown',
  last_health_check timestamp(3), health_check_error text, mcp_info jsonb default '{}',
  args text[] default array[]::text[], command text, env jsonb default '{}', mcp_access_groups text[], alias text,
  allowed_tools text[] default array[]::text[], extra_headers text[] default array[]::text[],
  static_headers jsonb default '{}', credentials jsonb default '{}', authorization_url text, registration_url text,
  token_url text, allow_all_keys boolean not null default false,
  available_on_public_internet boolean not null default true, spec_path text, byok_api_key_help_url text,
  byok_description text[] default array[]::text[], is_byok boolean not null default false,
  tool_name_to_description jsonb default '{}', tool_name_to_display_name jsonb default '{}',
  approval_status text default 'active', submitted_by text, submitted_at timestamp(3), reviewed_at timestamp(3),
  review_notes text, source_url text, instructions text, delegate_auth_to_upstream boolean not null default false,
  env_vars jsonb default '[]', oauth_passthrough boolean not null default false, oauth2_flow text,
  timeout double precision, max_concurrent_requests integer, token_exchange_endpoint text, audience text,
  subject_token_type text, token_exchange_profile text, dcr_bridge boolean, issuer text,
  per_server_oauth_discovery boolean not null default false, pinned_tools jsonb default '{}', rpm integer,
  primary key (server_id)
);
create table if not exists "LiteLLM_MCPToolsetTable" (
  toolset_id text not null, toolset_name text not null, description text, tools jsonb not null default '[]',
  created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, primary key (toolset_id)
);
create table if not exists "LiteLLM_MCPUserCredentials" (
  id text not null, user_id text not null, server_id text not null, credential_b64 text not null,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null default current_timestamp, primary key (id)
);
create table if not exists "LiteLLM_MCPUserEnvVars" (
  id text not null, user_id text not null, server_id text not null, values_b64 text not null,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null default current_timestamp, primary key (id)
);
create table if not exists "LiteLLM_ManagedFileContentTable" (
  id text not null, content bytea not null, created_at timestamp(3) not null default current_timestamp,
  primary key (id)
);
create table if not exists "LiteLLM_ManagedFileTable" (
  id text not null, unified_file_id text not null, file_object jsonb, model_mappings jsonb not null,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, created_by text,
  flat_model_file_ids text[] default array[]::text[], updated_by text, storage_backend text, storage_url text,
  team_id text, primary key (id)
);
create table if not exists "LiteLLM_ManagedObjectTable" (
  id text not null, unified_object_id text not null, model_object_id text not null, file_object jsonb not null,
  file_purpose text not null, created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null, updated_by text, status text, batch_processed boolean not null default false,
  team_id text, api_key text, request_tags jsonb default '[]', org_id text, primary key (id)
);
create table if not exists "LiteLLM_ManagedVectorStoreIndexTable" (
  id text not null, index_name text not null, litellm_params jsonb not null, index_info jsonb,
  created_at timestamp(3) not null default current_timestamp, created_by text, updated_at timestamp(3) not null,
  updated_by text, primary key (id)
);
create table if not exists "LiteLLM_ManagedVectorStoreTable" (
  id text not null, unified_resource_id text not null, resource_object jsonb, model_mappings jsonb not null,
  flat_model_resource_ids text[] default array[]::text[], storage_backend text, storage_url text,
  created_at timestamp(3) not null default current_timestamp, created_by text, updated_at timestamp(3) not null,
  updated_by text, team_id text, primary key (id)
);
create table if not exists "LiteLLM_ManagedVectorStoresTable" (
  vector_store_id text not null, custom_llm_provider text not null, vector_store_name text,
  vector_store_description text, vector_store_metadata jsonb,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  litellm_credential_name text, litellm_params jsonb, team_id text, user_id text, primary key (vector_store_id)
);
create table if not exists "LiteLLM_MemoryTable" (
  memory_id text not null, key text not null, value text not null, metadata jsonb, user_id text, team_id text,
  created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, primary key (memory_id)
);
create table if not exists "LiteLLM_ModelAccessGroupBudgetTable" (
  access_group_name text not null, spend double precision not null default 0.0, budget_id text,
  created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, primary key (access_group_name)
);
create table if not exists "LiteLLM_PolicyAttachmentTable" (
  attachment_id text not null, policy_name text not null, scope text, teams text[] default array[]::text[],
  keys text[] default array[]::text[], models text[] default array[]::text[],
  created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, tags text[] default array[]::text[],
  priority integer, is_default boolean not null default false, primary key (attachment_id)
);
create table if not exists "LiteLLM_PolicyTable" (
  policy_id text not null, policy_name text not null, inherit text, description text,
  guardrails_add text[] default array[]::text[], guardrails_remove text[] default array[]::text[],
  condition jsonb default '{}', created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, pipeline jsonb,
  is_latest boolean not null default true, parent_version_id text, production_at timestamp(3),
  published_at timestamp(3), version_number integer not null default 1,
  version_status text not null default 'production', primary key (policy_id)
);
create table if not exists "LiteLLM_PromptTable" (
  id text not null, prompt_id text not null, litellm_params jsonb not null, prompt_info jsonb,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null,
  version integer not null default 1, environment text not null default 'development', created_by text,
  primary key (id)
);
create table if not exists "LiteLLM_ProxyWorkerHeartbeat" (
  worker_id text not null, hostname text not null, started_at timestamp(3) not null default current_timestamp,
  last_heartbeat_at timestamp(3) not null default current_timestamp, primary key (worker_id)
);
create table if not exists "LiteLLM_RetiredAgent" (
  original_agent_id text not null, retired_at timestamp(3) not null default current_timestamp,
  primary key (original_agent_id)
);
create table if not exists "LiteLLM_RetiredAgentIdentity" (
  binding_id text not null, agent_id text, provider text not null, issuer text not null, tenant_id text not null,
  client_id text not null, primary key (binding_id)
);
create table if not exists "LiteLLM_SSOConfig" (
  id text not null default 'sso_config', sso_settings jsonb not null,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, primary key (id)
);
create table if not exists "LiteLLM_SSOIdentityAssertion" (
  user_id text not null, assertion_b64 text not null, created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null default current_timestamp, primary key (user_id)
);
create table if not exists "LiteLLM_SearchToolsTable" (
  search_tool_id text not null, search_tool_name text not null, litellm_params jsonb not null,
  search_tool_info jsonb, created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null, primary key (search_tool_id)
);
create table if not exists "LiteLLM_ShadowEvalAttempt" (
  id text not null, job_id text not null, request_id text not null, outcome text not null, tier text,
  real_model text, shadow_model text, confidence double precision, judge_cost double precision not null default 0,
  error text, created_at timestamp(3) not null default current_timestamp,
  shadow_cost double precision not null default 0, real_cost double precision,
  real_classifier_cost double precision not null default 0,
  shadow_classifier_cost double precision not null default 0, real_cache_hit boolean not null default false,
  router_name text, primary key (id)
);
create table if not exists "LiteLLM_ShadowEvalFunnel" (
  job_id text not null, not_sampled integer not null default 0, unjudgeable integer not null default 0,
  shed integer not null default 0, withheld integer not null default 0, primary key (job_id)
);
create table if not exists "LiteLLM_ShadowEvalJob" (
  id text not null, target_id text not null, router_name text not null, judge_model text not null,
  shadow_percentage double precision not null, max_turns integer not null,
  created_at timestamp(3) not null default current_timestamp, created_by text, ends_at timestamp(3) not null,
  stopped_at timestamp(3), baseline_model text, direction text not null default 'forward', group_id text not null,
  stopped_by text, max_budget double precision, target_type text not null default 'key',
  router_names text[] not null default array[]::text[], models text[] not null default array[]::text[],
  primary key (id)
);
create table if not exists "LiteLLM_SkillsTable" (
  skill_id text not null, display_title text, description text, instructions text,
  source text not null default 'custom', latest_version text, file_content bytea, file_name text, file_type text,
  metadata jsonb default '{}', created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text, primary key (skill_id)
);
create table if not exists "LiteLLM_SpendLogGuardrailIndex" (
  request_id text not null, guardrail_id text not null, policy_id text, start_time timestamp(3) not null,
  primary key (request_id, guardrail_id)
);
create table if not exists "LiteLLM_SpendLogToolIndex" (
  request_id text not null, tool_name text not null, start_time timestamp(3) not null,
  primary key (request_id, tool_name)
);
create table if not exists "LiteLLM_ToolTable" (
  tool_id text not null, tool_name text not null, origin text, input_policy text not null default 'untrusted',
  call_count integer not null default 0, assignments jsonb default '{}', key_hash text, team_id text,
  key_alias text, created_at timestamp(3) not null default current_timestamp, created_by text,
  updated_at timestamp(3) not null default current_timestamp, updated_by text,
  output_policy text not null default 'untrusted', user_agent text, last_used_at timestamp(3),
  primary key (tool_id)
);
create table if not exists "LiteLLM_UISettings" (
  id text not null default 'ui_settings', ui_settings jsonb not null,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, primary key (id)
);
create table if not exists "LiteLLM_UserNotifications" (
  request_id text not null, user_id text not null, models text[], justification text not null,
  status text not null, primary key (request_id)
);
create table if not exists "LiteLLM_VerifiedSubject" (
  subject_id text not null, issuer text not null, tenant_id text not null, oid text not null,
  kind text not null default 'human', user_id text, verified_via text not null default 'sso_interactive',
  verified_at timestamp(3) not null default current_timestamp, primary key (subject_id)
);
create table if not exists "LiteLLM_WorkflowEvent" (
  event_id text not null, run_id text not null, event_type text not null, step_name text not null,
  sequence_number integer not null, data jsonb, created_at timestamp(3) not null default current_timestamp,
  primary key (event_id)
);
create table if not exists "LiteLLM_WorkflowMessage" (
  message_id text not null, run_id text not null, role text not null, content text not null,
  sequence_number integer not null, session_id text, created_at timestamp(3) not null default current_timestamp,
  primary key (message_id)
);
create table if not exists "LiteLLM_WorkflowRun" (
  run_id text not null, session_id text not null, workflow_type text not null,
  status text not null default 'pending', created_by text,
  created_at timestamp(3) not null default current_timestamp, updated_at timestamp(3) not null, input jsonb,
  output jsonb, metadata jsonb, primary key (run_id)
);
`
