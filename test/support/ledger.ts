import type { Sql } from 'postgres'
import { ENTITIES } from '../../src/database/entities.ts'
import { readSchema } from '../../src/database/schema.ts'
import { GatewayEvents } from '../../src/events.ts'
import { createSpendSink, type SpendSinkOptions } from '../../src/ledger/write/spend-sink.ts'
import { createSpendWriter, type SpendWriterOptions } from '../../src/ledger/write/spend-writer.ts'
import type { SpendEvent, SpendSink } from '../../src/types.ts'
import { createTestDatabase, type TestDatabaseOptions } from './database.ts'

/** What the sink and its writer are told beside the defaults of the tests. */
export type LedgerSetup = Partial<SpendSinkOptions & SpendWriterOptions>

export interface Ledger {
  readonly url: string
  readonly sql: Sql
  readonly sink: SpendSink
  readonly events: GatewayEvents
  /** What was given up, by reason. */
  readonly drops: { reason: string; callIds: string[]; error?: unknown }[]
  readonly retries: unknown[]
  newSink(options?: LedgerSetup): SpendSink
  write(events: readonly SpendEvent[], to?: SpendSink): Promise<void>
  drop(): Promise<void>
}

/** A database with owners u0..u4, t0..t4 and so on, and a sink on it. */
export async function createLedger(database: TestDatabaseOptions = {}, options: LedgerSetup = {}): Promise<Ledger> {
  const { url, sql, drop } = await createTestDatabase(database)
  await sql.unsafe(owners(await readSchema(sql))).simple()
  const events = new GatewayEvents()
  const drops: Ledger['drops'] = []
  const retries: unknown[] = []
  events.on('spend:drop', ({ callIds, reason, error }) => drops.push({ reason, callIds: [...callIds], error }))
  events.on('spend:retry', ({ error }) => retries.push(error))
  const newSink = (more: LedgerSetup = {}) => {
    const writer = { sql, schema: () => readSchema(sql), statementTimeoutMs: 30_000, ...options, ...more }
    return createSpendSink({
      write: createSpendWriter(writer),
      events,
      queueSize: 100_000,
      batchSize: 100,
      flushIntervalMs: 60_000,
      retryAttempts: 3,
      retryDelayMs: 10,
      closeTimeoutMs: 5_000,
      ...options,
      ...more,
    })
  }
  const sink = newSink()
  return { url, sql, sink, events, drops, retries, newSink, write, drop }

  async function write(events: readonly SpendEvent[], to: SpendSink = sink): Promise<void> {
    for (const event of events) void to.record(event)
    await to.flush()
  }
}

function owners(schema: Awaited<ReturnType<typeof readSchema>>): string {
  const statements = [
    `insert into "LiteLLM_BudgetTable" (budget_id, created_by, updated_by) values ('b', 'x', 'x')`,
    rows('LiteLLM_UserTable', 'user_id', "'u' || n"),
    `insert into "LiteLLM_UserTable" (user_id) values ('default_user_id')`,
    rows('LiteLLM_VerificationToken', 'token', 'repeat(n::text, 64)'),
    rows('LiteLLM_TeamTable', 'team_id', "'t' || n"),
    rows('LiteLLM_TeamMembership', 'team_id, user_id', "'t' || n, 'u' || n"),
    rows(
      'LiteLLM_OrganizationTable',
      'organization_id, organization_alias, budget_id, models, created_by, updated_by',
      "'o' || n, 'o', 'b', '{}', 'x', 'x'",
    ),
    rows('LiteLLM_TagTable', 'tag_name', "'tag' || n"),
    rows(
      'LiteLLM_AgentsTable',
      'agent_id, agent_name, agent_card_params, created_by, updated_by',
      "'a' || n, 'a' || n, '{}', 'x', 'x'",
    ),
    rows('LiteLLM_ProjectTable', 'project_id, created_by, updated_by', "'p' || n, 'x', 'x'"),
  ]
  return statements.filter((text) => schema.has(/"(\w+)"/.exec(text)![1]!)).join(';')

  function rows(table: string, columns: string, values: string): string {
    return `insert into "${table}" (${columns}) select ${values} from generate_series(0, 4) as n`
  }
}

export type Totals = Record<string, Record<string, number>>

/** The running totals in the database, by entity and id; zeros left out. */
export async function readTotals(sql: Sql): Promise<Totals> {
  const schema = await readSchema(sql)
  const totals: Totals = {}
  for (const { name, table, ids } of ENTITIES) {
    if (!schema.get(table)?.columns.has('spend')) continue
    const id = ids.map(([column]) => `"${column}"`).join(` || '/' || `)
    const rows = await sql.unsafe(`select ${id} as id, spend from "${table}" where spend <> 0`)
    totals[name] = Object.fromEntries(rows.map((row) => [row.id, cents(row.spend)]))
  }
  return totals
}

/** Hundredths of a cent: sums of floats compared as whole numbers. */
export function cents(dollars: number): number {
  return Math.round(dollars * 10_000)
}
