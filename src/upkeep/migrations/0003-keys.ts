import type { Migration } from './migration.ts'

/** Virtual keys, those that a rotation replaced, and those that were deleted. As LiteLLM of 2026-02-16 has them. */
export const createKeys: Migration = {
  name: '0003-keys',
  sql: `
create table "LiteLLM_VerificationToken" (
  token text not null,
  key_name text,
  key_alias text,
  soft_budget_cooldown boolean not null default false,
  spend double precision not null default 0.0,
  expires timestamp(3),
  models text[],
  aliases jsonb not null default '{}',
  config jsonb not null default '{}',
  user_id text,
  team_id text,
  permissions jsonb not null default '{}',
  max_parallel_requests integer,
  metadata jsonb not null default '{}',
  blocked boolean,
  tpm_limit bigint,
  rpm_limit bigint,
  max_budget double precision,
  budget_duration text,
  budget_reset_at timestamp(3),
  allowed_cache_controls text[] default array[]::text[],
  model_spend jsonb not null default '{}',
  model_max_budget jsonb not null default '{}',
  budget_id text,
  organization_id text,
  created_at timestamp(3) default current_timestamp,
  created_by text,
  updated_at timestamp(3) default current_timestamp,
  updated_by text,
  allowed_routes text[] default array[]::text[],
  object_permission_id text,
  auto_rotate boolean default false,
  key_rotation_at timestamp(3),
  last_rotation_at timestamp(3),
  rotation_count integer default 0,
  rotation_interval text,
  router_settings jsonb default '{}',
  policies text[] default array[]::text[],
  access_group_ids text[] default array[]::text[],
  primary key (token),
  foreign key (budget_id) references "LiteLLM_BudgetTable" (budget_id) on update cascade on delete set null,
  foreign key (organization_id) references "LiteLLM_OrganizationTable" (organization_id) on update cascade on delete set null,
  foreign key (object_permission_id) references "LiteLLM_ObjectPermissionTable" (object_permission_id) on update cascade on delete set null
);
create index "LiteLLM_VerificationToken_budget_reset_at_expires_idx" on "LiteLLM_VerificationToken" (budget_reset_at, expires);
create index "LiteLLM_VerificationToken_team_id_idx" on "LiteLLM_VerificationToken" (team_id);
create index "LiteLLM_VerificationToken_user_id_team_id_idx" on "LiteLLM_VerificationToken" (user_id, team_id);

create table "LiteLLM_DeprecatedVerificationToken" (
  id text not null,
  token text not null,
  active_token_id text not null,
  revoke_at timestamp(3) not null,
  created_at timestamp(3) not null default current_timestamp,
  primary key (id)
);
create unique index "LiteLLM_DeprecatedVerificationToken_token_key" on "LiteLLM_DeprecatedVerificationToken" (token);
create index "LiteLLM_DeprecatedVerificationToken_revoke_at_idx" on "LiteLLM_DeprecatedVerificationToken" (revoke_at);
create index "LiteLLM_DeprecatedVerificationToken_token_revoke_at_idx" on "LiteLLM_DeprecatedVerificationToken" (token, revoke_at);

create table "LiteLLM_DeletedVerificationToken" (
  id text not null,
  token text not null,
  key_name text,
  key_alias text,
  soft_budget_cooldown boolean not null default false,
  spend double precision not null default 0.0,
  expires timestamp(3),
  models text[],
  aliases jsonb not null default '{}',
  config jsonb not null default '{}',
  user_id text,
  team_id text,
  permissions jsonb not null default '{}',
  max_parallel_requests integer,
  metadata jsonb not null default '{}',
  blocked boolean,
  tpm_limit bigint,
  rpm_limit bigint,
  max_budget double precision,
  budget_duration text,
  budget_reset_at timestamp(3),
  allowed_cache_controls text[] default array[]::text[],
  allowed_routes text[] default array[]::text[],
  model_spend jsonb not null default '{}',
  model_max_budget jsonb not null default '{}',
  budget_id text,
  organization_id text,
  object_permission_id text,
  created_at timestamp(3),
  created_by text,
  updated_at timestamp(3),
  updated_by text,
  rotation_count integer default 0,
  auto_rotate boolean default false,
  rotation_interval text,
  last_rotation_at timestamp(3),
  key_rotation_at timestamp(3),
  deleted_at timestamp(3) not null default current_timestamp,
  deleted_by text,
  deleted_by_api_key text,
  litellm_changed_by text,
  router_settings jsonb default '{}',
  policies text[] default array[]::text[],
  access_group_ids text[] default array[]::text[],
  primary key (id)
);
create index "LiteLLM_DeletedVerificationToken_created_at_idx" on "LiteLLM_DeletedVerificationToken" (created_at);
create index "LiteLLM_DeletedVerificationToken_deleted_at_idx" on "LiteLLM_DeletedVerificationToken" (deleted_at);
create index "LiteLLM_DeletedVerificationToken_key_alias_idx" on "LiteLLM_DeletedVerificationToken" (key_alias);
create index "LiteLLM_DeletedVerificationToken_organization_id_idx" on "LiteLLM_DeletedVerificationToken" (organization_id);
create index "LiteLLM_DeletedVerificationToken_team_id_idx" on "LiteLLM_DeletedVerificationToken" (team_id);
create index "LiteLLM_DeletedVerificationToken_token_idx" on "LiteLLM_DeletedVerificationToken" (token);
create index "LiteLLM_DeletedVerificationToken_user_id_idx" on "LiteLLM_DeletedVerificationToken" (user_id);`,
}
