import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { Migration } from '../migrations/migration.ts'

/** SHA-256 hex of what a migration does. It is kept with its record: a migration that was released never changes. */
export function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex')
}

/**
 * Applies one migration unless it is recorded, atomically with its record.
 *
 * One message of several statements is one transaction to PostgreSQL, without a `begin` that could be left open. The
 * lock is taken first, so that of several processes one applies and the others find the record.
 */
export async function applyMigration(sql: Sql, migration: Migration): Promise<void> {
  const { name, sql: statements } = migration
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCKS.migrations});
      create schema if not exists express_litellm;
      create table if not exists express_litellm.migrations (
        name text primary key,
        applied_at timestamptz not null default now()
      );
      alter table express_litellm.migrations add column if not exists checksum text;
      do $migration$
      begin
        if exists (select from express_litellm.migrations where name = '${name}') then
          return;
        end if;
        ${statements}
        insert into express_litellm.migrations (name, checksum) values ('${name}', '${checksumOf(migration)}');
      end
      $migration$`,
    )
    .simple()
}
