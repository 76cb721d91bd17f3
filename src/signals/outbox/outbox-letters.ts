import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DeadLetters } from '../../ledger/journal/dead-letters.ts'
import type { JournalOptions } from '../../ledger/journal/journal.ts'
import { deadLettersDir } from '../../ledger/journal/open-journal.ts'
import { openOwnJournal } from '../../ledger/journal/process-journals.ts'

/** The deliveries that one callback has refused for good. */
export interface OutboxLetters {
  readonly callback: string
  readonly letters: DeadLetters
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
  return names
    .sort()
    .map((callback) => ({ callback, letters: new DeadLetters(deadLettersDir(outboxDir(journalDir, callback))) }))
}

const JOURNAL: Omit<JournalOptions, 'dir'> = {
  fsync: 'always',
  fsyncIntervalMs: 1_000,
  maxBytes: 1 << 30,
  segmentBytes: 16 << 20,
  onFull: 'reject',
}

/** Puts deliveries into the outbox again, for a gateway that runs, or the next one that starts. */
export async function deliverAgain(
  journalDir: string,
  callback: string,
  payloads: readonly Uint8Array[],
): Promise<void> {
  const { journal } = await openOwnJournal({ ...JOURNAL, dir: outboxDir(journalDir, callback) })
  try {
    for (const payload of payloads) await journal.append(payload)
  } finally {
    await journal.close()
  }
}
