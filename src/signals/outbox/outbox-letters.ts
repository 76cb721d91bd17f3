import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { codeOf, NOT_CREATED } from '../../database/sqlstates.ts'
import { type DeadLetterStore, DeadLetters } from '../../ledger/journal/dead-letters.ts'
import type { JournalOptions } from '../../ledger/journal/journal.ts'
import { deadLettersDir } from '../../ledger/journal/open-journal.ts'
import { openOwnJournal } from '../../ledger/journal/process-journals.ts'
import { removeDeliveries, repeatDelivery } from './sql/leave-outbox.ts'
import { type RefusedRow, refusedDeliveries } from './sql/refused-deliveries.ts'

/** The deliveries that one callback has refused for good. */
export interface OutboxLetters {
  readonly callback: string
  readonly letters: DeadLetterStore
  /** Puts one into the outbox again, for a gateway that runs, or the next one that starts. `false`: it is damaged, or gone. */
  repeat(id: string): Promise<boolean>
}

/** Where what waits for a callback is kept, beside the journal of calls. */
export function outboxDir(journalDir: string, callback: string): string {
  return join(journalDir, 'outbox', callback)
}

/** The dead letters of each callback that has ever had an outbox beside this journal. */
export async function outboxLetters(journalDir: string): Promise<readonly OutboxLetters[]> {
  const names = await readdir(join(journalDir, 'outbox')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.sort().map((callback) => {
    const letters = new DeadLetters(deadLettersDir(outboxDir(journalDir, callback)))
    return { callback, letters, repeat: (id) => repeatIn(journalDir, callback, letters, id) }
  })
}

/** The same of those that wait in the database. */
export async function tableLetters(sql: Sql): Promise<readonly OutboxLetters[]> {
  const rows = await refusedDeliveries(sql).catch((error: unknown) => {
    if (!NOT_CREATED.has(codeOf(error))) throw error
    return []
  })
  return [...new Set(rows.map(({ callback }) => callback))].map((callback) => ({
    callback,
    letters: lettersOf(
      sql,
      rows.filter((row) => row.callback === callback),
    ),
    repeat: async (id) => (await repeatDelivery(sql, id)).length > 0,
  }))
}

function lettersOf(sql: Sql, rows: readonly RefusedRow[]): DeadLetterStore {
  const letters = rows.map((row) => ({
    id: row.id,
    appendedAt: row.kept_at.getTime(),
    deadAt: row.kept_at.getTime(),
    reason: row.refused,
    bytes: Buffer.byteLength(row.delivery),
    corrupt: false,
    payload: Buffer.from(row.delivery),
  }))
  return {
    list: async () => letters.map(({ payload: _, ...info }) => info),
    get: async (id) => letters.find((letter) => letter.id === id),
    async remove(id) {
      await removeDeliveries(sql, [id])
      return letters.some((letter) => letter.id === id)
    },
  }
}

const JOURNAL: Omit<JournalOptions, 'dir'> = {
  fsync: 'always',
  fsyncIntervalMs: 1_000,
  maxBytes: 1 << 30,
  segmentBytes: 16 << 20,
  onFull: 'reject',
}

/** A letter goes when its delivery waits in the outbox again. */
async function repeatIn(journalDir: string, callback: string, letters: DeadLetters, id: string): Promise<boolean> {
  const letter = await letters.get(id).catch(() => undefined)
  if (!letter) return false
  const { journal } = await openOwnJournal({ ...JOURNAL, dir: outboxDir(journalDir, callback) })
  try {
    await journal.append(letter.payload)
  } finally {
    await journal.close()
  }
  return await letters.remove(id)
}
