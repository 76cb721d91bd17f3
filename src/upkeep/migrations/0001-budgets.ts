import type { Migration } from './migration.ts'

/** Budgets, and what else the owners of keys refer to. As LiteLLM of 2026-02-16 has them. */
export const createBudgets: Migration = {
  name: '0001-budgets',
  sql: `
create table "LiteLLM_BudgetTable" (
  budget_id text not null,
  max_budget double precision,
  soft_budget double precision,
  max_parallel_requests integer,
  tpm_limit bigint,
  rpm_limit bigint,
  model_max_budget jsonb,
  budget_duration text,
  budget_reset_at timestamp(3),
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  primary key (budget_id)
);

create table "LiteLLM_ObjectPermissionTable" (
  object_permission_id text not null,
  mcp_servers text[] default array[]::text[],
  vector_stores text[] default array[]::text[],
  mcp_access_groups text[] default array[]::text[],
  mcp_tool_permissions jsonb,
  agents text[] default array[]::text[],
  agent_access_groups text[] default array[]::text[],
  primary key (object_permission_id)
);

create table "LiteLLM_AccessGroupTable" (
  access_group_id text not null,
  access_group_name text not null,
  description text,
  access_mcp_server_ids text[] default array[]::text[],
  access_agent_ids text[] default array[]::text[],
  assigned_team_ids text[] default array[]::text[],
  assigned_key_ids text[] default array[]::text[],
  created_at timestamp(3) not null default current_timestamp,
  created_by text,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text,
  access_model_names text[] default array[]::text[],
  primary key (access_group_id)
);
create unique index "LiteLLM_AccessGroupTable_access_group_name_key" on "LiteLLM_AccessGroupTable" (access_group_name);

create table "LiteLLM_ModelTable" (
  id serial not null,
  aliases jsonb,
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  primary key (id)
);`,
}
