/** Who made which resource at a provider. Safe to repeat. Migrated with: it never changes. */
export const RESOURCE_TABLES = `
create table if not exists express_litellm.resources (
  id text primary key,
  hashed_token text,
  user_id text,
  team_id text,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz
);
create index if not exists resources_hashed_token on express_litellm.resources (hashed_token);
create index if not exists resources_expires_at on express_litellm.resources (expires_at) where expires_at is not null;
`

/** Where it was made. Safe to repeat. */
export const RESOURCE_PLACES = `
alter table express_litellm.resources add column if not exists model_id text;
`

/** How much input a batch has: its results may not say it. Safe to repeat. */
export const RESOURCE_INPUTS = `
alter table express_litellm.resources add column if not exists input_per_request double precision;
`
