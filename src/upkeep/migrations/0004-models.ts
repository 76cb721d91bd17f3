import type { Migration } from './migration.ts'

/** Deployments, credentials and configuration kept in the database. As LiteLLM of 2026-02-16 has them. */
export const createModels: Migration = {
  name: '0004-models',
  sql: `
create table "LiteLLM_ProxyModelTable" (
  model_id text not null,
  model_name text not null,
  litellm_params jsonb not null,
  model_info jsonb,
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  primary key (model_id)
);

create table "LiteLLM_CredentialsTable" (
  credential_id text not null,
  credential_name text not null,
  credential_values jsonb not null,
  credential_info jsonb,
  created_at timestamp(3) not null default current_timestamp,
  created_by text not null,
  updated_at timestamp(3) not null default current_timestamp,
  updated_by text not null,
  primary key (credential_id)
);
create unique index "LiteLLM_CredentialsTable_credential_name_key" on "LiteLLM_CredentialsTable" (credential_name);

create table "LiteLLM_Config" (
  param_name text not null,
  param_value jsonb,
  primary key (param_name)
);`,
}
