import type { Sql } from 'postgres'

/** An arbitrary number: the key under which processes that start together take turns. */
const LOCK = 7_305_511_204_417_885

/** The table of the calls that were charged without a log row, in a schema of our own. Safe to repeat. */
export async function createChargedCalls(sql: Sql): Promise<void> {
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCK});
      create schema if not exists express_litellm;
      create table if not exists express_litellm.charged_calls (
        call_id text primary key,
        charged_at timestamptz not null default now()
      );
      create index if not exists charged_calls_charged_at on express_litellm.charged_calls (charged_at)`,
    )
    .simple()
}
