import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { LOCKS } from '../advisory-locks.ts'
import { codeOf, SQLSTATE } from '../sqlstates.ts'

/** Tables and functions of our own, in statements that are safe to repeat. */
export interface OwnTables {
  /** One of the tables: it is marked once all of them are as they should be. */
  readonly mark: string
  readonly statements: string
}

/**
 * Creates tables in a schema of our own: also beside a LiteLLM that manages its own tables. Where they are there already
 * nothing is locked: other processes are at work.
 */
export async function createTables(sql: Sql, { mark, statements }: OwnTables): Promise<void> {
  const version = createHash('sha256').update(statements).digest('hex')
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCKS.ownTables});
      do $create$
      begin
        if obj_description(to_regclass('express_litellm.${mark}'), 'pg_class') = '${version}' then
          return;
        end if;
        create schema if not exists express_litellm;
        ${statements}
        comment on table express_litellm.${mark} is '${version}';
      end
      $create$`,
    )
    .simple()
}

/** The same for a role that may have no right to create: it may well write into what another one has created. */
export async function ensureTables(sql: Sql, tables: OwnTables): Promise<void> {
  await createTables(sql, tables).catch((error: unknown) => {
    if (codeOf(error) !== SQLSTATE.denied) throw error
  })
}
