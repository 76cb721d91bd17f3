import type { Sql } from 'postgres'
import { LOCKS } from '../../../database/advisory-locks.ts'

/** The table of the calls that were charged without a log row, in a schema of our own. Safe to repeat. */
export async function createChargedCalls(sql: Sql): Promise<void> {
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCKS.chargedCalls});
      create schema if not exists express_litellm;
      create table if not exists express_litellm.charged_calls (
        call_id text primary key,
        charged_at timestamptz not null default now()
      );
      create index if not exists charged_calls_charged_at on express_litellm.charged_calls (charged_at)`,
    )
    .simple()
}
