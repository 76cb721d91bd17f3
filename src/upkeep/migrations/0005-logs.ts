import type { Migration } from './migration.ts'

/** One row per call, and the logs beside it. As LiteLLM of 2026-02-16 has them. */
export const createLogs: Migration = {
  name: '0005-logs',
  sql: `
create table "LiteLLM_SpendLogs" (
  request_id text not null,
  call_type text not null,
  api_key text not null default '',
  spend double precision not null default 0.0,
  total_tokens integer not null default 0,
  prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  "startTime" timestamp(3) not null,
  "endTime" timestamp(3) not null,
  "completionStartTime" timestamp(3),
  model text not null default '',
  model_id text default '',
  model_group text default '',
  custom_llm_provider text default '',
  api_base text default '',
  "user" text default '',
  metadata jsonb default '{}',
  cache_hit text default '',
  cache_key text default '',
  request_tags jsonb default '[]',
  team_id text,
  end_user text,
  requester_ip_address text,
  messages jsonb default '{}',
  response jsonb default '{}',
  proxy_server_request jsonb default '{}',
  session_id text,
  status text,
  mcp_namespaced_tool_name text,
  organization_id text,
  agent_id text,
  primary key (request_id)
);
create index "LiteLLM_SpendLogs_end_user_idx" on "LiteLLM_SpendLogs" (end_user);
create index "LiteLLM_SpendLogs_session_id_idx" on "LiteLLM_SpendLogs" (session_id);
create index "LiteLLM_SpendLogs_startTime_idx" on "LiteLLM_SpendLogs" ("startTime");

create table "LiteLLM_ErrorLogs" (
  request_id text not null,
  "startTime" timestamp(3) not null,
  "endTime" timestamp(3) not null,
  api_base text not null default '',
  model_group text not null default '',
  litellm_model_name text not null default '',
  model_id text not null default '',
  request_kwargs jsonb not null default '{}',
  exception_type text not null default '',
  exception_string text not null default '',
  status_code text not null default '',
  primary key (request_id)
);

create table "LiteLLM_AuditLog" (
  id text not null,
  updated_at timestamp(3) not null default current_timestamp,
  changed_by text not null default '',
  changed_by_api_key text not null default '',
  action text not null,
  table_name text not null,
  object_id text not null,
  before_value jsonb,
  updated_values jsonb,
  primary key (id)
);`,
}
