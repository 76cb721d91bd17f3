import type { Sql } from 'postgres'
import { DAILIES, ENTITIES } from '../database/entities.ts'
import { readSchema, type Schema } from '../database/schema.ts'
import { findBackend, isPooled } from '../database/sql/find-backend.ts'
import { WINDOW_TABLE } from '../ledger/write/sql/add-window-spend.ts'
import { LATE_COLUMNS } from './late-columns.ts'
import { managerOf } from './migrate.ts'
import { examineServer, type ServerFacts } from './sql/examine-server.ts'
import { findMigrations, type MigrationState } from './sql/find-migrations.ts'
import { findMissingRights, type MissingRight } from './sql/find-missing-rights.ts'

export interface Finding {
  /** `note`: worth knowing. `problem`: calls cannot be written, or keys not be found, until it is repaired. */
  readonly level: 'fine' | 'note' | 'problem'
  readonly text: string
}

export interface ExamineOptions {
  /** One connection. */
  readonly sql: Sql
  readonly url: string
  readonly rows: boolean
  /** Of the service that keeps the log rows. */
  readonly rowsUrl?: string
  readonly disabled: boolean
}

/** Beyond it, budgets and daily rows of the hour before midnight go to the wrong day. */
const MAX_CLOCK_MS = 2_000

/** Newest first: what only LiteLLM's tables since then have. */
const AGES: readonly (readonly [since: string, table: string, column?: string])[] = [
  ['September 2026', 'LiteLLM_DailyGlobalSpend'],
  ['February 2026', 'LiteLLM_SpendLogs', 'agent_id'],
  ['October 2025', 'LiteLLM_TagTable'],
  ['May 2025', 'LiteLLM_DailyUserSpend'],
]

/** Looks at a database without changing it. Plain words, in an order to read. */
export async function examine(options: ExamineOptions): Promise<readonly Finding[]> {
  const { sql, url } = options
  const askedAt = Date.now()
  const server = await examineServer(sql)
  const schema = await readSchema(sql)
  const missing = await findMissingRights(sql, neededRights(schema, options))
  return [
    { level: 'fine', text: `database: ${server.database} on PostgreSQL ${server.version}, as ${server.role}` },
    ...manager(schema, server, await findMigrations(sql)),
    ...clock(server, (askedAt + Date.now()) / 2),
    ...(await pooler(sql, url, server)),
    ...writable(server),
    ...rights(missing),
    ...destinations(schema, options),
    ...unstorable(schema),
    ...(keepsRows(options) || server.may_create_schema || options.disabled
      ? []
      : [problem(`${reasonOf(options)} needs a table of our own, and ${server.role} may not create a schema`)]),
  ]
}

function manager(schema: Schema, { search_path }: ServerFacts, state: MigrationState): Finding[] {
  if (!schema.has('LiteLLM_SpendLogs') || !schema.has('LiteLLM_VerificationToken')) {
    return [
      problem(
        `LiteLLM's tables are not here (search_path ${search_path}): run express-litellm migrate, or start LiteLLM once`,
      ),
    ]
  }
  const [since] = AGES.find(([, table, column]) => {
    const shape = schema.get(table)
    return shape && (column === undefined || shape.columns.has(column))
  }) ?? ['before May 2025']
  const age = since.startsWith('before') ? since : `${since} or later`
  const last = state.prisma_applied.at(-1)
  const by =
    managerOf(state) === 'express-litellm'
      ? 'express-litellm manages them, and a LiteLLM can be started on them'
      : last
        ? `LiteLLM manages them, last migration ${last}`
        : 'LiteLLM does not manage them'
  return [{ level: 'fine', text: `tables: as LiteLLM has made them since ${age}; ${by}` }]
}

function clock({ server_now, time_zone }: ServerFacts, now: number): Finding[] {
  const offMs = Math.round(server_now.getTime() - now)
  const found: Finding[] = [
    Math.abs(offMs) > MAX_CLOCK_MS
      ? {
          level: 'note',
          text: `clock: the server's is ${offMs} ms away from this machine's; resets and days go by both`,
        }
      : { level: 'fine', text: `clock: the same as here, to ${Math.abs(offMs)} ms` },
  ]
  if (!/^(UTC|GMT|Etc\/UTC)$/i.test(time_zone)) {
    const text = `time zone: ${time_zone} for this role. The gateway still writes UTC; LiteLLM's Logs page needs TimeZone UTC`
    found.push({ level: 'note', text })
  }
  return found
}

async function pooler(sql: Sql, url: string, { backend_port }: ServerFacts): Promise<Finding[]> {
  if (isPooled(await findBackend(sql))) {
    const text = 'connection: through a pooler; statements are not prepared, and changes of keys are not heard'
    return [{ level: 'note', text }]
  }
  const port = Number(new URL(url).port || 5432)
  if (backend_port === null || backend_port === port) return []
  return [{ level: 'note', text: 'connection: through a forwarded port' }]
}

function writable({ read_only, recovery }: ServerFacts): Finding[] {
  if (recovery) return [problem('this server is a replica: it cannot be written to')]
  return read_only ? [problem('transactions are read-only for this role')] : []
}

function rights(missing: readonly MissingRight[]): Finding[] {
  return missing.map(({ table, right }) => problem(`rights: this role may not ${right} "${table}"`))
}

function neededRights(schema: Schema, options: ExamineOptions): MissingRight[] {
  const rows = keepsRows(options)
  const has = ({ table }: MissingRight) => schema.has(table)
  const rightsOf = (table: string, ...names: string[]) => names.map((right) => ({ table, right }))
  const read = rightsOf('LiteLLM_VerificationToken', 'select')
  if (options.disabled) return read.filter(has)
  return [
    ...read,
    ...rightsOf('LiteLLM_SpendLogs', 'select', ...(rows ? ['insert'] : [])),
    ...ENTITIES.flatMap(({ table, insert }) => rightsOf(table, 'select', 'update', ...(insert ? ['insert'] : []))),
    ...[...DAILIES, { table: WINDOW_TABLE }].flatMap(({ table }) => rightsOf(table, 'select', 'insert', 'update')),
  ].filter(has)
}

function destinations(schema: Schema, options: ExamineOptions): Finding[] {
  if (options.disabled) return [{ level: 'note', text: 'spend: nothing is written (disable_spend_updates)' }]
  const logs = schema.get('LiteLLM_SpendLogs')
  if (!logs) return []
  const partitioned = !logs.uniqueKeys.some((key) => key.length === 1 && key[0] === 'request_id')
  const counted = ENTITIES.filter(({ table }) => schema.get(table)?.columns.has('spend'))
  const daily = DAILIES.filter(({ table }) => schema.has(table))
  const absent = [...ENTITIES, ...DAILIES].filter(
    (entry) => !counted.includes(entry as never) && !daily.includes(entry as never),
  )
  return [
    keepsRows(options)
      ? {
          level: 'fine',
          text: `log rows: LiteLLM_SpendLogs, ${logs.columns.size} columns${partitioned ? ', partitioned by day' : ''}`,
        }
      : {
          level: 'note',
          text: `log rows: not here (${reasonOf(options)}); ids of charged calls in express_litellm.charged_calls`,
        },
    { level: 'fine', text: `totals: ${counted.map(({ table }) => table).join(', ')}` },
    { level: 'fine', text: `days: ${daily.map(({ table }) => table).join(', ')}` },
    ...(absent.length > 0
      ? [{ level: 'fine' as const, text: `not in this version: ${absent.map(({ table }) => table).join(', ')}` }]
      : []),
  ]
}

/** Settings that management requests are refused for: the database has no column for them. */
function unstorable(schema: Schema): Finding[] {
  return Object.entries(LATE_COLUMNS).flatMap(([table, columns]) => {
    const shape = schema.get(table)
    const absent = Object.entries(columns).filter(([column]) => shape && !shape.columns.has(column))
    if (absent.length === 0) return []
    const names = absent.map(([column, version]) => `${column} (LiteLLM ${version})`).join(', ')
    return [{ level: 'note', text: `settings: "${table}" cannot store ${names}: requests that set them are refused` }]
  })
}

/** Whether log rows are written into this database. */
function keepsRows({ rows, rowsUrl }: ExamineOptions): boolean {
  return rows && rowsUrl === undefined
}

function reasonOf({ rows }: ExamineOptions): string {
  return rows ? 'SPEND_LOGS_URL' : 'disable_spend_logs'
}

function problem(text: string): Finding {
  return { level: 'problem', text }
}
