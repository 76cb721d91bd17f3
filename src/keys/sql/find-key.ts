import type { Sql } from 'postgres'
import type { Schema } from '../../database/schema.ts'
import type { KeyColumns } from '../columns.ts'
import type {
  AgentRow,
  BudgetRow,
  KeyBudgetRow,
  MemberBudgetRow,
  OrganizationRow,
  ProjectRow,
  TeamRow,
  UserRow,
} from '../joined-columns.ts'
import { selectKey } from './select-key.ts'

type PermissionRow = { readonly vector_stores?: unknown }

/** One key with everything its checks hang on. A part is `null` where nothing is joined or the table is missing. */
export interface KeyRow {
  readonly key: KeyColumns
  readonly team: TeamRow | null
  readonly team_model: { readonly aliases?: unknown } | null
  readonly member: { readonly user_id?: unknown; readonly spend?: unknown } | null
  readonly member_budget: MemberBudgetRow | null
  readonly default_member_budget: BudgetRow | null
  readonly user: UserRow | null
  readonly organization: OrganizationRow | null
  readonly organization_budget: BudgetRow | null
  readonly budget: KeyBudgetRow | null
  readonly project: ProjectRow | null
  readonly project_budget: BudgetRow | null
  readonly agent: AgentRow | null
  readonly permission: PermissionRow | null
  readonly team_permission: PermissionRow | null
  readonly organization_permission: PermissionRow | null
  readonly access_group_models: readonly string[] | null
  readonly team_access_group_models: readonly string[] | null
  readonly member_role: string | null
  /** `require_trace_id_on_calls_by_agent` of the agent. */
  readonly agent_requires_trace: unknown
  /** `max_iterations` of the agent. */
  readonly agent_max_iterations: unknown
  /** Set when the key was replaced and this token is honoured for a while: UTC, ISO without a zone. */
  readonly revoke_at: string | null
}

export interface FindKeyOptions {
  /** Even `true` follows the pool: behind PgBouncer the pool says no. */
  readonly prepare?: boolean
  /** Cancels the query on the server. */
  readonly signal?: AbortSignal
}

const texts = new WeakMap<Schema, string>()

/** Finds a key by its hashed token; a token that was replaced not long ago finds the key that replaced it. */
export async function findKey(
  sql: Sql,
  schema: Schema,
  hashedToken: string,
  { prepare = true, signal }: FindKeyOptions = {},
): Promise<KeyRow | undefined> {
  const query = sql.unsafe<KeyRow[]>(textFor(schema), [hashedToken], { prepare })
  signal?.addEventListener('abort', () => query.cancel(), { once: true })
  const [row] = await query
  return row
}

function textFor(schema: Schema): string {
  const text = texts.get(schema) ?? selectKey(schema)
  texts.set(schema, text)
  return text
}
