import type { Migration } from './migration.ts'

/** One row per entity and day, for the dashboards. As LiteLLM of 2026-02-16 has them. */
export const createDailySpend: Migration = {
  name: '0006-daily-spend',
  sql: `
create table "LiteLLM_DailyUserSpend" (
  id text not null,
  user_id text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  api_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  mcp_namespaced_tool_name text,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyUserSpend_user_id_date_api_key_model_custom_ll_key" on "LiteLLM_DailyUserSpend" (user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyUserSpend_api_key_idx" on "LiteLLM_DailyUserSpend" (api_key);
create index "LiteLLM_DailyUserSpend_date_idx" on "LiteLLM_DailyUserSpend" (date);
create index "LiteLLM_DailyUserSpend_endpoint_idx" on "LiteLLM_DailyUserSpend" (endpoint);
create index "LiteLLM_DailyUserSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyUserSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyUserSpend_model_idx" on "LiteLLM_DailyUserSpend" (model);
create index "LiteLLM_DailyUserSpend_user_id_idx" on "LiteLLM_DailyUserSpend" (user_id);

create table "LiteLLM_DailyTeamSpend" (
  id text not null,
  team_id text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  api_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  cache_creation_input_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  mcp_namespaced_tool_name text,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyTeamSpend_team_id_date_api_key_model_custom_ll_key" on "LiteLLM_DailyTeamSpend" (team_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyTeamSpend_api_key_idx" on "LiteLLM_DailyTeamSpend" (api_key);
create index "LiteLLM_DailyTeamSpend_date_idx" on "LiteLLM_DailyTeamSpend" (date);
create index "LiteLLM_DailyTeamSpend_endpoint_idx" on "LiteLLM_DailyTeamSpend" (endpoint);
create index "LiteLLM_DailyTeamSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyTeamSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyTeamSpend_model_idx" on "LiteLLM_DailyTeamSpend" (model);
create index "LiteLLM_DailyTeamSpend_team_id_idx" on "LiteLLM_DailyTeamSpend" (team_id);

create table "LiteLLM_DailyOrganizationSpend" (
  id text not null,
  organization_id text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  mcp_namespaced_tool_name text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  api_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyOrganizationSpend_organization_id_date_api_key_key" on "LiteLLM_DailyOrganizationSpend" (organization_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyOrganizationSpend_api_key_idx" on "LiteLLM_DailyOrganizationSpend" (api_key);
create index "LiteLLM_DailyOrganizationSpend_date_idx" on "LiteLLM_DailyOrganizationSpend" (date);
create index "LiteLLM_DailyOrganizationSpend_endpoint_idx" on "LiteLLM_DailyOrganizationSpend" (endpoint);
create index "LiteLLM_DailyOrganizationSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyOrganizationSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyOrganizationSpend_model_idx" on "LiteLLM_DailyOrganizationSpend" (model);
create index "LiteLLM_DailyOrganizationSpend_organization_id_idx" on "LiteLLM_DailyOrganizationSpend" (organization_id);

create table "LiteLLM_DailyEndUserSpend" (
  id text not null,
  end_user_id text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  mcp_namespaced_tool_name text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  api_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyEndUserSpend_end_user_id_date_api_key_model_cu_key" on "LiteLLM_DailyEndUserSpend" (end_user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyEndUserSpend_api_key_idx" on "LiteLLM_DailyEndUserSpend" (api_key);
create index "LiteLLM_DailyEndUserSpend_date_idx" on "LiteLLM_DailyEndUserSpend" (date);
create index "LiteLLM_DailyEndUserSpend_end_user_id_idx" on "LiteLLM_DailyEndUserSpend" (end_user_id);
create index "LiteLLM_DailyEndUserSpend_endpoint_idx" on "LiteLLM_DailyEndUserSpend" (endpoint);
create index "LiteLLM_DailyEndUserSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyEndUserSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyEndUserSpend_model_idx" on "LiteLLM_DailyEndUserSpend" (model);

create table "LiteLLM_DailyAgentSpend" (
  id text not null,
  agent_id text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  mcp_namespaced_tool_name text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  api_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyAgentSpend_agent_id_date_api_key_model_custom__key" on "LiteLLM_DailyAgentSpend" (agent_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyAgentSpend_agent_id_idx" on "LiteLLM_DailyAgentSpend" (agent_id);
create index "LiteLLM_DailyAgentSpend_api_key_idx" on "LiteLLM_DailyAgentSpend" (api_key);
create index "LiteLLM_DailyAgentSpend_date_idx" on "LiteLLM_DailyAgentSpend" (date);
create index "LiteLLM_DailyAgentSpend_endpoint_idx" on "LiteLLM_DailyAgentSpend" (endpoint);
create index "LiteLLM_DailyAgentSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyAgentSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyAgentSpend_model_idx" on "LiteLLM_DailyAgentSpend" (model);

create table "LiteLLM_DailyTagSpend" (
  id text not null,
  tag text,
  date text not null,
  api_key text not null,
  model text,
  model_group text,
  custom_llm_provider text,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cache_read_input_tokens bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend double precision not null default 0.0,
  api_requests bigint not null default 0,
  successful_requests bigint not null default 0,
  failed_requests bigint not null default 0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  mcp_namespaced_tool_name text,
  request_id text,
  endpoint text,
  primary key (id)
);
create unique index "LiteLLM_DailyTagSpend_tag_date_api_key_model_custom_llm_pro_key" on "LiteLLM_DailyTagSpend" (tag, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint);
create index "LiteLLM_DailyTagSpend_api_key_idx" on "LiteLLM_DailyTagSpend" (api_key);
create index "LiteLLM_DailyTagSpend_date_idx" on "LiteLLM_DailyTagSpend" (date);
create index "LiteLLM_DailyTagSpend_endpoint_idx" on "LiteLLM_DailyTagSpend" (endpoint);
create index "LiteLLM_DailyTagSpend_mcp_namespaced_tool_name_idx" on "LiteLLM_DailyTagSpend" (mcp_namespaced_tool_name);
create index "LiteLLM_DailyTagSpend_model_idx" on "LiteLLM_DailyTagSpend" (model);
create index "LiteLLM_DailyTagSpend_tag_idx" on "LiteLLM_DailyTagSpend" (tag);`,
}
