import type { Migration } from './migration.ts'

/**
 * What LiteLLM has given keys, teams, budgets, permissions, customers, members and agents until 2026-11-01, and the tables
 * of projects and of spend in budget windows: what the management endpoints take is stored.
 */
export const addNewerColumns: Migration = {
  name: '0008-newer-columns',
  sql: `
alter table "LiteLLM_VerificationToken"
  add column if not exists project_id text,
  add column if not exists last_active timestamp(3),
  add column if not exists agent_id text,
  add column if not exists budget_limits jsonb,
  add column if not exists budget_fallbacks jsonb not null default '{}',
  add column if not exists key_type text,
  add column if not exists settings_updated_at timestamp(3),
  add column if not exists tpd_limit bigint,
  add column if not exists total_spend double precision not null default 0.0;

alter table "LiteLLM_DeletedVerificationToken"
  add column if not exists last_active timestamp(3),
  add column if not exists project_id text,
  add column if not exists agent_id text,
  add column if not exists budget_fallbacks jsonb not null default '{}',
  add column if not exists key_type text,
  add column if not exists settings_updated_at timestamp(3),
  add column if not exists tpd_limit bigint,
  add column if not exists total_spend double precision not null default 0.0;

alter table "LiteLLM_TeamTable"
  add column if not exists budget_limits jsonb,
  add column if not exists default_team_member_models text[] default array[]::text[],
  add column if not exists tpd_limit bigint;

alter table "LiteLLM_DeletedTeamTable"
  add column if not exists tpd_limit bigint;

alter table "LiteLLM_BudgetTable"
  add column if not exists allowed_models text[] default array[]::text[],
  add column if not exists tpd_limit bigint,
  add column if not exists temp_budget_increase double precision,
  add column if not exists temp_budget_expiry timestamp(3);

alter table "LiteLLM_ObjectPermissionTable"
  add column if not exists blocked_tools text[] default array[]::text[],
  add column if not exists models text[] default array[]::text[],
  add column if not exists mcp_toolsets text[] default array[]::text[],
  add column if not exists search_tools text[] default array[]::text[],
  add column if not exists mcp_tool_search_enabled boolean,
  add column if not exists skills text[] default array[]::text[];

alter table "LiteLLM_EndUserTable"
  add column if not exists object_permission_id text,
  add column if not exists models text[] default array[]::text[];

alter table "LiteLLM_TeamMembership"
  add column if not exists total_spend double precision not null default 0.0;

alter table "LiteLLM_AgentsTable"
  add column if not exists object_permission_id text,
  add column if not exists spend double precision not null default 0.0,
  add column if not exists static_headers jsonb default '{}',
  add column if not exists extra_headers text[] default array[]::text[],
  add column if not exists tpm_limit integer,
  add column if not exists rpm_limit integer,
  add column if not exists session_tpm_limit integer,
  add column if not exists session_rpm_limit integer,
  add column if not exists access_group_ids text[] default array[]::text[],
  add column if not exists enabled boolean not null default true,
  add column if not exists execution_mode text not null default 'autonomous',
  add column if not exists identity_managed boolean not null default false,
  add column if not exists kill_switch jsonb;

create index if not exists "LiteLLM_TeamTable_organization_id_idx" on "LiteLLM_TeamTable" (organization_id);
create index if not exists "LiteLLM_TeamTable_team_alias_idx" on "LiteLLM_TeamTable" (team_alias);
create index if not exists "LiteLLM_TeamTable_created_at_idx" on "LiteLLM_TeamTable" (created_at);

create table if not exists "LiteLLM_ProjectTable" (
  project_id text not null,
  project_alias text,
  team_id text,
  budget_id text,
  metadata jsonb not null default '{}',
  models text[],
  spend double precision not null default 0.0,
  model_spend jsonb not null default '{}',
  blocked boolean not null default false,
  object_permission_id text,
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  description text,
  model_rpm_limit jsonb not null default '{}',
  model_tpm_limit jsonb not null default '{}',
  primary key (project_id)
);

create table if not exists "LiteLLM_BudgetWindowSpend" (
  entity_type text not null,
  entity_id text not null,
  window_duration text not null,
  window_start timestamp(3) not null,
  spend double precision not null default 0.0,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null,
  primary key (entity_type, entity_id, window_duration)
);`,
}
