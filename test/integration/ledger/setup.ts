import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { createLedger as createSpendLedger, type LedgerOptions } from '../../../src/compose/ledger-of.ts'
import { readSchema } from '../../../src/database/schema.ts'
import type { SpendLedger } from '../../../src/ledger/spend-counts.ts'
import { createSpendWriter } from '../../../src/ledger/write/spend-writer.ts'
import type { Durability, SpendEvent } from '../../../src/types.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createLedger } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'

export type OpenOptions = Partial<Omit<LedgerOptions, 'journal'>> & {
  readonly journal?: Partial<LedgerOptions['journal']>
  /** Where the ledger writes, if not directly. */
  readonly sql?: Sql
  /** Whether it leaves log rows. */
  readonly rows?: boolean
}

/** A database with owners, a directory, and ledgers on them; all of it is undone after the test. */
export async function setupLedger(database: Parameters<typeof createLedger>[0] = {}) {
  const { drop, ...base } = await createLedger(database)
  const dir = await mkdtemp(join(tmpdir(), 'ledger-'))
  const ledgers: SpendLedger[] = []
  const notices: string[] = []
  cleanups.push(async () => {
    for (const ledger of ledgers) await ledger.close(0)
    await drop()
    await rm(dir, { recursive: true, force: true })
  })
  base.events.on('spend:journal', ({ name }) => notices.push(name))
  return {
    ...base,
    dir,
    notices,
    open(durability: Durability, options: OpenOptions = {}) {
      const { sql = base.sql, rows } = options
      const writer = { sql, rows, schema: () => readSchema(sql), statementTimeoutMs: 30_000 }
      const ledger = createSpendLedger({
        durability,
        write: createSpendWriter(writer),
        events: base.events,
        queueSize: 1_000,
        batchSize: 10,
        flushIntervalMs: 20,
        retryAttempts: 1,
        retryDelayMs: 10,
        closeTimeoutMs: 5_000,
        waitMs: 5_000,
        ...options,
        journal: {
          dir,
          fsync: 'always',
          fsyncIntervalMs: 50,
          maxBytes: 1024 * 1024,
          segmentBytes: 64 * 1024,
          onFull: 'block',
          ...options.journal,
        },
      })
      ledgers.push(ledger)
      return ledger
    },
    /** How many rows the log has. */
    async rows(): Promise<number> {
      return (await base.sql`select count(*)::int as count from "LiteLLM_SpendLogs"`)[0]!.count
    },
  }
}

/** Calls of five users, a cent each. */
export function cents(count: number, name = 'call'): SpendEvent[] {
  return Array.from({ length: count }, (_, n) =>
    spendEvent({
      callId: `${name}-${n}`,
      key: { hashedToken: String(n % 5).repeat(64), owners: { userId: `u${n % 5}` } },
    }),
  )
}

/** Makes the database refuse a row of this model for good. */
export const POISON = `
  alter table "LiteLLM_SpendLogs" add constraint no_poison check (model <> 'poison')`
