import {
  bool,
  budgetWindows,
  date,
  filled,
  json,
  money,
  nameLists,
  stringMap,
  strings,
  text,
} from '../database/json-column.ts'
import type { VirtualKey } from '../types.ts'
import type { KeyBudgetRow } from './joined-columns.ts'

/** The kinds of values that requests give columns; the room admin has a schema for each. */
export type AskedKind = 'text' | 'id' | 'int' | 'money' | 'flag' | 'names' | 'object' | 'objects' | 'key type'

interface KeyColumn {
  /** It is read whenever the key is looked up. */
  readonly read?: true
  /** The version of LiteLLM that first has it. Default: that of May 2025. */
  readonly since?: string
  /** Requests may set it, under its own name. */
  readonly asked?: AskedKind
  /** What a new key has where its request says nothing. Default: null. */
  readonly empty?: unknown
  /** What null in a request makes of it. Default: null. */
  readonly cleared?: unknown
  /** What is written is not simply what was asked for: the room admin has a rule. */
  readonly ruled?: true
}

/** What the gateway reads and writes of LiteLLM_VerificationToken. A column is added here, see the README of this room. */
export const KEY_COLUMNS = {
  token: { read: true },
  key_name: { read: true },
  key_alias: { read: true, asked: 'text' },
  spend: { read: true, asked: 'money', empty: 0, ruled: true },
  expires: { read: true },
  models: { read: true, asked: 'names', empty: [], cleared: [] },
  aliases: { read: true, asked: 'object', empty: {}, cleared: {} },
  config: { read: true, asked: 'object', empty: {}, cleared: {} },
  user_id: { read: true, asked: 'id' },
  team_id: { read: true, asked: 'id' },
  agent_id: { read: true, asked: 'id', since: '1.81.16' },
  project_id: { read: true, asked: 'id', since: '1.81.14' },
  organization_id: { read: true, asked: 'id' },
  permissions: { read: true, asked: 'object', empty: {}, cleared: {} },
  metadata: { read: true, asked: 'object', ruled: true },
  blocked: { read: true, asked: 'flag' },
  max_parallel_requests: { read: true, asked: 'int' },
  tpm_limit: { read: true, asked: 'int' },
  rpm_limit: { read: true, asked: 'int' },
  tpd_limit: { read: true, asked: 'int', since: '1.104.0' },
  max_budget: { read: true, asked: 'money' },
  budget_duration: { read: true, asked: 'text', ruled: true },
  budget_reset_at: { read: true },
  model_max_budget: { read: true, asked: 'object', empty: {}, cleared: {} },
  allowed_cache_controls: { read: true, asked: 'names', empty: [], cleared: [] },
  allowed_routes: { read: true, asked: 'names', empty: [], cleared: [] },
  budget_limits: { read: true, asked: 'objects', since: '1.83.10', ruled: true },
  budget_fallbacks: { read: true, asked: 'object', since: '1.92.0', empty: {}, cleared: {} },
  budget_id: { asked: 'id' },
  policies: { asked: 'names', empty: [], cleared: [] },
  access_group_ids: { asked: 'names', since: '1.81.12', empty: [], cleared: [] },
  router_settings: { read: true, asked: 'object', since: '1.80.13', empty: {} },
  key_type: { asked: 'key type', since: '1.94.0', ruled: true },
  auto_rotate: { asked: 'flag', since: '1.77.5', empty: false },
  rotation_interval: { asked: 'text', since: '1.77.5' },
} as const satisfies Readonly<Record<string, KeyColumn>>

type Named<Part extends object> = {
  [K in keyof typeof KEY_COLUMNS]: (typeof KEY_COLUMNS)[K] extends Part ? K : never
}[keyof typeof KEY_COLUMNS]

type ReadColumn = Named<{ readonly read: true }>
/** The columns that requests may set. */
export type AskedColumn = Named<{ readonly asked: AskedKind }>

/** The own columns of a key's row. What this database does not have is absent. */
export type KeyColumns = Readonly<Partial<Record<ReadColumn, unknown>>>

const LIST: readonly (readonly [name: string, column: KeyColumn])[] = Object.entries(KEY_COLUMNS)

export const READ_COLUMNS = LIST.flatMap(([name, { read }]) => (read ? [name] : []))

/** Those that only newer versions of LiteLLM have, with the first that has them. */
export const LATE_KEY_COLUMNS: Readonly<Record<string, string>> = Object.fromEntries(
  LIST.flatMap(([name, { since }]) => (since === undefined ? [] : [[name, since]])),
)

type AskedEntry = readonly [name: AskedColumn, column: KeyColumn & { readonly asked: AskedKind }]

export const ASKED_COLUMNS = LIST.filter((entry): entry is AskedEntry => entry[1].asked !== undefined)

type Asked = { readonly [Name in AskedColumn]?: unknown }

/** What a new key has in the columns that are written as they are asked for. */
export function askedRow(request: Asked): Asked {
  const plain = ASKED_COLUMNS.filter(([, { ruled }]) => !ruled)
  return Object.fromEntries(plain.map(([name, { empty = null }]) => [name, request[name] ?? empty]))
}

/** What a request changes in those columns: what it does not mention stays, null clears. */
export function askedChanges(request: Asked): Asked {
  const named = ASKED_COLUMNS.filter(([name, { ruled }]) => !ruled && request[name] !== undefined)
  return Object.fromEntries(named.map(([name, { cleared = null }]) => [name, request[name] ?? cleared]))
}

/** What a key's own columns say; where one is empty, that of its budget tier. Absent columns become absent facts. */
export function ownFacts(key: KeyColumns, budget: KeyBudgetRow | null) {
  return {
    hashedToken: String(key.token),
    name: text(key.key_name),
    alias: text(key.key_alias),
    master: false,
    models: strings(key.models) ?? [],
    expiresAt: date(key.expires),
    blocked: bool(key.blocked),
    spend: money(key.spend) ?? 0,
    maxBudget: money(key.max_budget) ?? money(budget?.max_budget),
    metadata: json(key.metadata),
    aliases: stringMap(key.aliases),
    allowedRoutes: strings(key.allowed_routes),
    allowedCacheControls: strings(key.allowed_cache_controls),
    config: json(key.config),
    permissions: json(key.permissions),
    // A key has no such column of its own: only its budget tier does.
    softBudget: money(budget?.soft_budget),
    budgetDuration: text(key.budget_duration),
    budgetResetAt: date(key.budget_reset_at),
    modelMaxBudget: filled(key.model_max_budget) ?? filled(budget?.model_max_budget),
    budgetFallbacks: nameLists(key.budget_fallbacks),
    budgetWindows: budgetWindows(key.budget_limits),
    routerSettings: filled(key.router_settings),
    limits: {
      rpm: money(key.rpm_limit) ?? money(budget?.rpm_limit),
      tpm: money(key.tpm_limit) ?? money(budget?.tpm_limit),
      tpd: money(key.tpd_limit) ?? money(budget?.tpd_limit),
      maxParallelRequests: money(key.max_parallel_requests),
    },
  } satisfies Partial<VirtualKey>
}
