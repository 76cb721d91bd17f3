import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import type { Journal, JournalOptions } from './journal.ts'
import { JournalError } from './journal-error.ts'
import { deadLettersDir, openJournal } from './open-journal.ts'
import { parseSegmentName } from './segment.ts'

/*
 * One journal has one owner. Processes that share a directory have a journal each: the first in the directory itself,
 * the others in its subdirectories `process-2`, `process-3`, and so on. The dead letters of all are in one place.
 */

export interface ProcessJournal {
  readonly dir: string
  readonly journal: Journal
}

const SUBDIRECTORY = /^process-\d+$/

/** Opens the first journal of the directory that no living process owns; makes one when all are owned. */
export async function openOwnJournal(options: JournalOptions, disk?: Disk): Promise<ProcessJournal> {
  for (let number = 1; ; number++) {
    const dir = number === 1 ? options.dir : join(options.dir, `process-${number}`)
    const journal = await openUnowned(dir, options, disk)
    if (journal) return { dir, journal }
  }
}

/** Opens a journal that holds records and that no living process owns. `own`: the directory not to look at. */
export async function openAbandonedJournal(options: JournalOptions, own: string): Promise<ProcessJournal | undefined> {
  const names = await readdir(options.dir)
  const subdirectories = names.filter((name) => SUBDIRECTORY.test(name)).map((name) => join(options.dir, name))
  for (const dir of [options.dir, ...subdirectories]) {
    if (dir === own || !(await readdir(dir)).some((name) => parseSegmentName(name))) continue
    const journal = await openUnowned(dir, options)
    if (!journal) continue
    if (journal.size.waitingRecords > 0) return { dir, journal }
    await journal.close()
  }
  return undefined
}

async function openUnowned(dir: string, options: JournalOptions, disk?: Disk): Promise<Journal | undefined> {
  try {
    return await openJournal({ ...options, dir, deadLettersDir: deadLettersDir(options.dir) }, disk)
  } catch (error) {
    if (error instanceof JournalError && error.code === 'locked') return undefined
    throw error
  }
}
