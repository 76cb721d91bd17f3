/**
 * What waits to be told to callbacks, and which processes are alive to tell it. Safe to repeat. Migrated with: it never
 * changes. A delivery belongs to the process that has kept it, until that one has not been seen alive for a while.
 */
export const OUTBOX_TABLES = `
create table if not exists express_litellm.outbox (
  id bigint generated always as identity primary key,
  callback text not null,
  owner text not null,
  call_id text not null,
  delivery text not null,
  kept_at timestamptz not null default clock_timestamp(),
  refused text
);
create index if not exists outbox_waiting on express_litellm.outbox (callback, owner, id) where refused is null;
create index if not exists outbox_refused on express_litellm.outbox (callback, id) where refused is not null;

create table if not exists express_litellm.outbox_owners (
  owner text primary key,
  alive_until timestamptz not null
);
`
