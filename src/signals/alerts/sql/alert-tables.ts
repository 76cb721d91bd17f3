/**
 * Which alert was told, and until when the same is not told again. A process that tells it holds it for a while, so that
 * another goes on when it dies. Safe to repeat. Migrated with: it never changes.
 */
export const ALERT_TABLES = `
create table if not exists express_litellm.alerts (
  id text primary key,
  key uuid not null default gen_random_uuid(),
  owner text not null,
  leased_until timestamptz not null,
  told_at timestamptz,
  expires_at timestamptz not null
);
create index if not exists alerts_expires_at on express_litellm.alerts (expires_at);
`
