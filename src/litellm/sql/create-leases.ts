import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { LEASE_TABLES } from './lease-tables.ts'

/** An arbitrary number: the key under which processes that start together take turns. */
const LOCK = 7_305_511_204_417_887

/** What the tables are marked with once they are as they should be. */
const MARK = createHash('sha256').update(LEASE_TABLES).digest('hex')

/**
 * Creates what shared budgets need, in a schema of our own: also beside a LiteLLM that manages its own tables. Where it is
 * there already nothing is locked: other processes are at work.
 */
export async function createLeases(sql: Sql): Promise<void> {
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCK});
      do $create$
      begin
        if obj_description(to_regclass('express_litellm.leases'), 'pg_class') = '${MARK}' then
          return;
        end if;
        create schema if not exists express_litellm;
        ${LEASE_TABLES}
        comment on table express_litellm.leases is '${MARK}';
      end
      $create$`,
    )
    .simple()
}
