import type { LiteLLMError } from '../errors.ts'
import type { Changes, Step } from '../litellm/changes.ts'
import type { Schema } from '../litellm/schema.ts'
import { findRows } from '../litellm/sql/find-rows.ts'
import { writeChanges } from '../litellm/sql/write-changes.ts'
import type { Json } from '../types.ts'
import type { AdminDeps } from './admin-deps.ts'
import { type Audit, toAuditRow, type Who } from './audit.ts'
import { refuse } from './refuse.ts'

export interface Change {
  readonly guard?: Changes['guard']
  readonly steps: readonly Step[]
  readonly audit: readonly Audit[]
  /** Hashed tokens of the keys, ids of end users and names of tags that are different now. `'*'`: an owner has changed, and with it any of its keys. */
  readonly forget: readonly string[] | '*'
}

/** LiteLLM's tables for the time of one request. */
export interface AdminStore {
  readonly sql: AdminDeps['sql']
  readonly who: Who
  has(table: string): boolean
  hasColumn(table: string, column: string): boolean
  /** Nothing where the table is missing. */
  find(table: string, column: string, values: readonly (string | null | undefined)[]): Promise<readonly Json[]>
  one(table: string, column: string, value: string | null | undefined): Promise<Json | undefined>
  /** All or nothing, in one statement. The rows of each step, or `undefined` when the guard did not hold. */
  tryWrite(change: Change): Promise<readonly (readonly Json[])[] | undefined>
  /** Like `tryWrite`, but a guard that does not hold is a conflict. */
  write(change: Change): Promise<readonly (readonly Json[])[]>
}

/** More tokens than this are told as "all". */
const MANY = 100
/** Deadlock, and a lock that another statement holds: what a whole statement may simply do again. */
const AGAIN = new Set(['40P01', '40001', '55P03'])

/** `unstorable`: what is told in place of every write, once the caller is known to have the right to it. */
export function createAdminStore(
  { sql, keys }: AdminDeps,
  schema: Schema,
  who: Who,
  unstorable?: LiteLLMError,
): AdminStore {
  return {
    sql,
    who,
    has: (table) => schema.has(table),
    hasColumn: (table, column) => schema.get(table)?.columns.has(column) ?? false,
    async find(table, column, values) {
      const wanted = values.filter((value) => typeof value === 'string')
      if (wanted.length === 0 || !schema.get(table)?.columns.has(column)) return []
      return await findRows(sql, table, column, wanted)
    },
    async one(table, column, value) {
      return (await this.find(table, column, [value]))[0]
    },
    async tryWrite({ guard, steps, audit, forget }) {
      if (unstorable) throw unstorable
      const tokens = forget === '*' || forget.length > MANY ? ['*'] : forget
      const possible = steps.filter(({ table, rows }) => schema.has(table) && rows.length > 0)
      const changes: Changes = {
        guard,
        steps: possible,
        audit: audit.map((entry) => toAuditRow(entry, who)),
        forget: tokens,
      }
      const found = await again(() => writeChanges(sql, schema, changes))
      if (tokens[0] === '*') keys.clear()
      else for (const token of tokens) keys.forget(token)
      return found && steps.map((step) => found[possible.indexOf(step)] ?? [])
    },
    async write(change) {
      const rows = await this.tryWrite(change)
      if (!rows) throw refuse(409, 'Somebody else has changed this at the same time. Please retry.')
      return rows
    },
  }
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 3 || !AGAIN.has((error as { code?: string }).code ?? '')) throw error
    }
  }
}
