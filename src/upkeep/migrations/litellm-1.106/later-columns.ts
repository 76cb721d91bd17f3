/** Columns of LiteLLM 1.106.12 that tables of earlier migrations lack. */
export const LATER_COLUMNS = `
alter table "LiteLLM_Config"
  add column if not exists last_run_at timestamp(3),
  add column if not exists reload_revision bigint not null default 0;

alter table "LiteLLM_CredentialsTable"
  add column if not exists display_name text;

alter table "LiteLLM_DailyAgentSpend"
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_DailyEndUserSpend"
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_DailyOrganizationSpend"
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_DailyTagSpend"
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_DailyTeamSpend"
  add column if not exists ptu_flat_cost double precision not null default 0.0,
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_DailyUserSpend"
  add column if not exists compression_saved_tokens bigint not null default 0,
  add column if not exists compression_savings_spend double precision not null default 0.0,
  add column if not exists prompt_caching_savings_spend double precision not null default 0.0,
  add column if not exists autorouter_savings_spend double precision not null default 0.0,
  add column if not exists gateway_injected_caching_savings_spend double precision not null default 0.0,
  add column if not exists total_response_time_ms bigint not null default 0,
  add column if not exists timed_requests bigint not null default 0;

alter table "LiteLLM_ProxyModelTable"
  add column if not exists blocked boolean not null default false;

alter table "LiteLLM_SpendLogs"
  add column if not exists request_duration_ms integer,
  add column if not exists created_at timestamp(3) not null default current_timestamp,
  add column if not exists updated_at timestamp(3) not null default current_timestamp,
  add column if not exists litellm_call_id text,
  add column if not exists billing_agent_id text;

alter table "LiteLLM_UserTable"
  add column if not exists password_reset_required boolean,
  add column if not exists last_breach_check_at timestamp(3);
`

/** Indexes of earlier migrations in whose place LiteLLM 1.106.12 has others. */
export const DROPPED_INDEXES = `
drop index if exists "LiteLLM_DailyAgentSpend_agent_id_idx";
drop index if exists "LiteLLM_DailyEndUserSpend_end_user_id_idx";
drop index if exists "LiteLLM_DailyOrganizationSpend_organization_id_idx";
drop index if exists "LiteLLM_DailyTagSpend_tag_idx";
drop index if exists "LiteLLM_DailyTeamSpend_team_id_idx";
drop index if exists "LiteLLM_DailyUserSpend_user_id_idx";
`
