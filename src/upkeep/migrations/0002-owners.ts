import type { Migration } from './migration.ts'

/** Organizations, teams, users, end users, tags and agents: who a key or a call belongs to. As LiteLLM of 2026-02-16 has them. */
export const createOwners: Migration = {
  name: '0002-owners',
  sql: `
create table "LiteLLM_OrganizationTable" (
  organization_id text not null,
  organization_alias text not null,
  budget_id text not null,
  metadata jsonb not null default '{}',
  models text[],
  spend double precision not null default 0.0,
  model_spend jsonb not null default '{}',
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  object_permission_id text,
  primary key (organization_id),
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete restrict,
  foreign key (object_permission_id) references "LiteLLM_ObjectPermissionTable" (object_permission_id) on update cascade on delete set null
);

create table "LiteLLM_TeamTable" (
  team_id text not null,
  team_alias text,
  organization_id text,
  admins text[],
  members text[],
  members_with_roles jsonb not null default '{}',
  metadata jsonb not null default '{}',
  max_budget double precision,
  spend double precision not null default 0.0,
  models text[],
  max_parallel_requests integer,
  tpm_limit bigint,
  rpm_limit bigint,
  budget_duration text,
  budget_reset_at timestamp(3),
  blocked boolean not null default false,
  created_at timestamp(3) not null default current_timestamp,
  updated_at timestamp(3) not null default current_timestamp,
  model_spend jsonb not null default '{}',
  model_max_budget jsonb not null default '{}',
  model_id integer,
  team_member_permissions text[] default array[]::text[],
  object_permission_id text,
  router_settings jsonb default '{}',
  policies text[] default array[]::text[],
  allow_team_guardrail_config boolean not null default false,
  soft_budget double precision,
  access_group_ids text[] default array[]::text[],
  primary key (team_id),
  foreign key (organization_id) references "LiteLLM_OrganizationTable" (organization_id) on update cascade on delete set null,
  foreign key (model_id) references "LiteLLM_ModelTable" (id) on update cascade on delete set null,
  foreign key (object_permission_id) references "LiteLLM_ObjectPermissionTable" (object_permission_id) on update cascade on delete set null
);
create unique index "LiteLLM_TeamTable_model_id_key" on "LiteLLM_TeamTable" (model_id);

create table "LiteLLM_UserTable" (
  user_id text not null,
  user_alias text,
  team_id text,
  sso_user_id text,
  organization_id text,
  password text,
  teams text[] default array[]::text[],
  user_role text,
  max_budget double precision,
  spend double precision not null default 0.0,
  user_email text,
  models text[],
  metadata jsonb not null default '{}',
  max_parallel_requests integer,
  tpm_limit bigint,
  rpm_limit bigint,
  budget_duration text,
  budget_reset_at timestamp(3),
  allowed_cache_controls text[] default array[]::text[],
  model_spend jsonb not null default '{}',
  model_max_budget jsonb not null default '{}',
  created_at timestamp(3) default current_timestamp,
  updated_at timestamp(3) default current_timestamp,
  object_permission_id text,
  policies text[] default array[]::text[],
  primary key (user_id),
  foreign key (organization_id) references "LiteLLM_OrganizationTable" (organization_id) on update cascade on delete set null,
  foreign key (object_permission_id) references "LiteLLM_ObjectPermissionTable" (object_permission_id) on update cascade on delete set null
);
create unique index "LiteLLM_UserTable_sso_user_id_key" on "LiteLLM_UserTable" (sso_user_id);
create index "LiteLLM_UserTable_user_email_lower_idx" on "LiteLLM_UserTable" (lower(user_email));

create table "LiteLLM_TeamMembership" (
  user_id text not null,
  team_id text not null,
  spend double precision not null default 0.0,
  budget_id text,
  primary key (user_id, team_id),
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete set null
);

create table "LiteLLM_OrganizationMembership" (
  user_id text not null,
  organization_id text not null,
  user_role text,
  spend double precision default 0.0,
  budget_id text,
  created_at timestamp(3) default current_timestamp,
  updated_at timestamp(3) default current_timestamp,
  primary key (user_id, organization_id),
  foreign key (user_id) references "LiteLLM_UserTable" (user_id) on update cascade on delete restrict,
  foreign key (organization_id) references "LiteLLM_OrganizationTable" (organization_id) on update cascade on delete restrict,
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete set null
);
create unique index "LiteLLM_OrganizationMembership_user_id_organization_id_key" on "LiteLLM_OrganizationMembership" (user_id, organization_id);

create table "LiteLLM_EndUserTable" (
  user_id text not null,
  alias text,
  spend double precision not null default 0.0,
  allowed_model_region text,
  default_model text,
  budget_id text,
  blocked boolean not null default false,
  primary key (user_id),
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete set null
);

create table "LiteLLM_TagTable" (
  tag_name text not null,
  description text,
  models text[],
  model_info jsonb,
  spend double precision not null default 0.0,
  budget_id text,
  created_at timestamp(3) not null default current_timestamp,
  created_by text,
  updated_at timestamp(3) not null default current_timestamp,
  primary key (tag_name),
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete set null
);

create table "LiteLLM_AgentsTable" (
  agent_id text not null,
  agent_name text not null,
  litellm_params jsonb,
  agent_card_params jsonb not null,
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  agent_access_groups text[] default array[]::text[],
  primary key (agent_id)
);
create unique index "LiteLLM_AgentsTable_agent_name_key" on "LiteLLM_AgentsTable" (agent_name);

create table "LiteLLM_DeletedTeamTable" (
  id text not null,
  team_id text not null,
  team_alias text,
  organization_id text,
  object_permission_id text,
  admins text[],
  members text[],
  members_with_roles jsonb not null default '{}',
  metadata jsonb not null default '{}',
  max_budget double precision,
  spend double precision not null default 0.0,
  models text[],
  max_parallel_requests integer,
  tpm_limit bigint,
  rpm_limit bigint,
  budget_duration text,
  budget_reset_at timestamp(3),
  blocked boolean not null default false,
  model_spend jsonb not null default '{}',
  model_max_budget jsonb not null default '{}',
  team_member_permissions text[] default array[]::text[],
  model_id integer,
  created_at timestamp(3),
  updated_at timestamp(3),
  deleted_at timestamp(3) not null default current_timestamp,
  deleted_by text,
  deleted_by_api_key text,
  litellm_changed_by text,
  router_settings jsonb default '{}',
  policies text[] default array[]::text[],
  allow_team_guardrail_config boolean not null default false,
  soft_budget double precision,
  access_group_ids text[] default array[]::text[],
  primary key (id)
);
create index "LiteLLM_DeletedTeamTable_created_at_idx" on "LiteLLM_DeletedTeamTable" (created_at);
create index "LiteLLM_DeletedTeamTable_deleted_at_idx" on "LiteLLM_DeletedTeamTable" (deleted_at);
create index "LiteLLM_DeletedTeamTable_organization_id_idx" on "LiteLLM_DeletedTeamTable" (organization_id);
create index "LiteLLM_DeletedTeamTable_team_alias_idx" on "LiteLLM_DeletedTeamTable" (team_alias);
create index "LiteLLM_DeletedTeamTable_team_id_idx" on "LiteLLM_DeletedTeamTable" (team_id);`,
}
