import { randomUUID } from 'node:crypto'
import type { Changes, Step } from '../database/changes.ts'
import type { Schema } from '../database/schema.ts'
import { findRows } from '../database/sql/find-rows.ts'
import { writeChanges } from '../database/sql/write-changes.ts'
import { codeOf, SQLSTATE } from '../database/sqlstates.ts'
import type { LiteLLMError } from '../errors.ts'
import type { ManagedChange } from '../events.ts'
import type { Json } from '../types.ts'
import type { AdminDeps } from './admin-deps.ts'
import { refuse } from './refuse.ts'

const LISTS = new Set([
  ...['models', 'teams', 'admins', 'members', 'allowed_cache_controls', 'allowed_routes', 'policies'],
  ...['access_group_ids', 'team_member_permissions', 'allowed_models', 'default_team_member_models'],
])

/** LiteLLM's names of the tables that are managed here. */
export const TABLES = {
  keys: 'LiteLLM_VerificationToken',
  deletedKeys: 'LiteLLM_DeletedVerificationToken',
  replacedKeys: 'LiteLLM_DeprecatedVerificationToken',
  users: 'LiteLLM_UserTable',
  teams: 'LiteLLM_TeamTable',
  deletedTeams: 'LiteLLM_DeletedTeamTable',
  memberships: 'LiteLLM_TeamMembership',
  organizations: 'LiteLLM_OrganizationTable',
  organizationMemberships: 'LiteLLM_OrganizationMembership',
  budgets: 'LiteLLM_BudgetTable',
  customers: 'LiteLLM_EndUserTable',
  tags: 'LiteLLM_TagTable',
  projects: 'LiteLLM_ProjectTable',
  models: 'LiteLLM_ModelTable',
  permissions: 'LiteLLM_ObjectPermissionTable',
  invitations: 'LiteLLM_InvitationLink',
} as const

/** Columns that are secrets, or what one could sign in with. */
const SECRETS = new Set(['password', 'key', 'new_key', 'new_master_key'])

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
const AGAIN: ReadonlySet<string> = new Set([SQLSTATE.deadlock, SQLSTATE.serializationFailure, SQLSTATE.lockHeld])

/** `unstorable`: what is told in place of every write, once the caller is known to have the right to it. */
export function createAdminStore(
  { sql, keys, settings, events }: AdminDeps,
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
      const entries = audit.map((entry) => toAuditRow(entry, who))
      const isStored = settings.storesAuditLogs ?? (await settings.ownsTables?.()) ?? true
      const changes: Changes = { guard, steps: possible, audit: isStored ? entries : [], forget: tokens }
      const found = await again(() => writeChanges(sql, schema, changes))
      if (found) for (const entry of entries) events.tell('admin:change', changeOf(entry))
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
      if (attempt === 3 || !AGAIN.has(codeOf(error))) throw error
    }
  }
}

/** One entry of the log of changes. */
export interface Audit {
  readonly action: 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'rotated'
  readonly table: string
  readonly id: string
  readonly before?: Json
  readonly after?: Json
}

/** Whom a change is ascribed to. */
interface Who {
  /** The header `litellm-changed-by` of a key that is believed, else the user behind the key. */
  readonly changedBy: string
  /** The header `litellm-changed-by`, whoever sent it. */
  readonly claimedBy?: string | undefined
  /** The hashed token of the caller's key. */
  readonly hashedToken: string
  readonly now: Date
}

/** A row of LiteLLM_AuditLog; without secrets. */
function toAuditRow({ action, table, id, before, after }: Audit, { changedBy, hashedToken, now }: Who) {
  return {
    id: randomUUID(),
    updated_at: now.toISOString(),
    changed_by: changedBy,
    changed_by_api_key: hashedToken,
    action,
    table_name: table,
    object_id: id,
    before_value: before ? audited(before) : null,
    updated_values: after ? audited(after) : null,
  }
}

function changeOf(row: ReturnType<typeof toAuditRow>): ManagedChange {
  return {
    id: row.id,
    action: row.action,
    table: row.table_name,
    objectId: row.object_id,
    changedBy: row.changed_by,
    ...(row.changed_by_api_key && { changedByKey: row.changed_by_api_key }),
    ...(row.before_value && { before: row.before_value }),
    ...(row.updated_values && { after: row.updated_values }),
  }
}

function audited(row: Json): Json {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !SECRETS.has(name)))
}

/** The value of a column, where a list that is null is an empty one. */
export function listed(name: string, value: unknown): unknown {
  return value === null && LISTS.has(name) ? [] : value
}

/** Those of the columns that a request names, with what goes into them. */
export function namedColumns(columns: readonly string[], request: Json): Json {
  const named = columns.filter((name) => request[name] !== undefined)
  return Object.fromEntries(named.map((name) => [name, listed(name, request[name])]))
}
