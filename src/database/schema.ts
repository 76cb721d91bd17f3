import type { Sql } from 'postgres'
import { describeTables } from './sql/describe-tables.ts'

export interface TableShape {
  readonly columns: ReadonlySet<string>
  /** Column lists of the primary key and of every unique index, primary key first. */
  readonly uniqueKeys: readonly (readonly string[])[]
  /** This role may add rows. */
  readonly insertable: boolean
}

/** The LiteLLM tables this database really has, by name. Versions differ: what is absent is not in the map. */
export type Schema = ReadonlyMap<string, TableShape>

export const NO_TABLES =
  'The database has no LiteLLM tables: run `express-litellm migrate`, or let LiteLLM make them. Then this gateway finds them by itself.'

/** Whether LiteLLM, or our migrations, have made tables here. */
export function hasTables(schema: Schema): boolean {
  return schema.has('LiteLLM_VerificationToken') || schema.has('LiteLLM_SpendLogs')
}

/** Reads the real columns and unique keys of every LiteLLM table. */
export async function readSchema(sql: Sql): Promise<Schema> {
  const rows = await describeTables(sql)
  return new Map(
    rows.map((row) => [
      row.table_name,
      { columns: new Set(row.columns), uniqueKeys: row.unique_keys ?? [], insertable: row.insertable },
    ]),
  )
}
