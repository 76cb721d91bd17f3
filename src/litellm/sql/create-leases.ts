import type { Sql } from 'postgres'
import { LEASE_TABLES } from './lease-tables.ts'

/** An arbitrary number: the key under which processes that start together take turns. */
const LOCK = 7_305_511_204_417_887

/** Creates what shared budgets need, in a schema of our own: also beside a LiteLLM that manages its own tables. */
export async function createLeases(sql: Sql): Promise<void> {
  await sql
    .unsafe(
      `
      select pg_advisory_xact_lock(${LOCK});
      create schema if not exists express_litellm;
      ${LEASE_TABLES}`,
    )
    .simple()
}
