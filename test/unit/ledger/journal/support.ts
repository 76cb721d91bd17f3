import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Disk } from '../../../../src/ledger/journal/disk.ts'
import type { Journal, JournalEvent, JournalOptions } from '../../../../src/ledger/journal/journal.ts'
import { openJournal } from '../../../../src/ledger/journal/open-journal.ts'

export interface JournalBench {
  readonly dir: string
  /** What was told, without the warning that the directory is a temporary one. */
  readonly events: JournalEvent[]
  open(overrides?: Partial<JournalOptions>, disk?: Disk): Promise<Journal>
  /** Closes every journal that was opened and removes the directory. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A directory of its own for one test. */
export async function journalBench(): Promise<JournalBench> {
  const dir = await mkdtemp(join(tmpdir(), 'journal-'))
  const events: JournalEvent[] = []
  const opened: Journal[] = []
  return {
    dir,
    events,
    async open(overrides = {}, disk) {
      const journal = await openJournal(
        {
          dir,
          fsync: 'never',
          fsyncIntervalMs: 1000,
          maxBytes: 16 * 1024 * 1024,
          segmentBytes: 1024 * 1024,
          onFull: 'block',
          onEvent: (event) => event.name !== 'journal:volatile' && events.push(event),
          ...overrides,
        },
        disk,
      )
      opened.push(journal)
      return journal
    },
    async [Symbol.asyncDispose]() {
      for (const journal of opened) await journal.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export async function appendAll(journal: Journal, payloads: readonly (string | Uint8Array)[]): Promise<boolean[]> {
  return await Promise.all(payloads.map((payload) => journal.append(payload)))
}

/** Everything that waits, in order; acknowledges as it goes. */
export async function drain(journal: Journal): Promise<string[]> {
  const payloads: string[] = []
  for (;;) {
    const { records, position } = await journal.read(100, 1024 * 1024)
    if (records.length === 0) return payloads
    payloads.push(...records.map(({ payload }) => payload.toString()))
    await journal.acknowledge(position)
  }
}

/** Everything in the first read, which is everything when there is one segment. */
export async function peek(journal: Journal): Promise<string[]> {
  const { records } = await journal.read(1000, 16 * 1024 * 1024)
  return records.map(({ payload }) => payload.toString())
}

export async function segmentsIn(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith('.v1.log')).sort()
}

export async function bytesIn(dir: string): Promise<number> {
  let sum = 0
  for (const name of await readdir(dir, { recursive: true })) {
    const { size } = await stat(join(dir, name))
    if (name.endsWith('.log') || name.endsWith('.letter')) sum += size
  }
  return sum
}

/** "<i>:" and `length` letters, all the same, other ones for every `i`. */
export function numbered(count: number, length = 10): string[] {
  return Array.from({ length: count }, (_, i) => `${i}:${String.fromCharCode(97 + (i % 26)).repeat(length)}`)
}
