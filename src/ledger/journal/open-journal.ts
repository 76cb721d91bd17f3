import { mkdir, realpath, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { DeadLetters } from './dead-letters.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { type Disk, nodeDisk, syncDirectory } from './disk.ts'
import type { Journal, JournalOptions, Tell } from './journal.ts'
import { recoverSegments } from './load-segment.ts'
import { PositionFile, PositionKeeper } from './position-file.ts'
import { SegmentJournal } from './segment-journal.ts'
import { SegmentLog } from './segment-log.ts'

/** statfs(2) magic numbers of file systems that live in memory. */
const IN_MEMORY: Readonly<Record<number, string>> = { 16914836: 'tmpfs', 2240043254: 'ramfs' }

/**
 * Opens the journal in `dir`, and becomes its owner. Whatever a crash or a bad disk left there is repaired and told;
 * what was appended and not acknowledged waits to be read.
 *
 * Opening, reading and acknowledging need no free block, so that a full disk can be drained.
 *
 * Rejects with `locked` when another process owns the directory, and with the system's error when it cannot be used.
 */
export async function openJournal(options: JournalOptions, disk: Disk = nodeDisk): Promise<Journal> {
  const { dir } = options
  const tell = safely(options.onEvent)
  await makeDirectory(dir)
  const lock = await lockDirectory(dir, disk)
  try {
    const why = await whyVolatile(dir)
    if (why) tell({ name: 'journal:volatile', dir, why })
    return await openLocked(options, { disk, lock, tell })
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Survives a power cut, as what is written into it will. */
async function makeDirectory(dir: string): Promise<void> {
  const made = await mkdir(dir, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  for (let path = resolve(dir); path.length >= resolve(made).length; path = dirname(path))
    await syncDirectory(dirname(path))
}

interface Environment {
  readonly disk: Disk
  readonly lock: DirectoryLock
  readonly tell: Tell
}

async function openLocked(options: JournalOptions, { disk, lock, tell }: Environment): Promise<Journal> {
  const { dir, fsync, maxBytes, now = Date.now } = options
  // Space comes back a segment at a time: with less than four, a full journal would wait for nearly all of it.
  const segmentBytes = Math.min(options.segmentBytes, Math.floor(maxBytes / 4))
  const deadLetters = new DeadLetters(options.deadLettersDir ?? deadLettersDir(dir), now)
  await deadLetters.prepare()
  const deadLetterBytes = await deadLetters.bytes()
  const { file, position = 0, lost } = await readPosition(dir)
  if (lost) tell({ name: 'journal:position-lost' })
  try {
    const recovered = await recoverSegments(dir, position, tell)
    const log = new SegmentLog({ dir, fsync, segmentBytes, disk, tell }, recovered, position)
    await log.removeAcknowledged()
    return new SegmentJournal({
      options: { ...options, segmentBytes },
      log,
      position: new PositionKeeper(file, tell),
      deadLetters,
      deadLetterBytes,
      lock,
      tell,
      now,
    })
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Where the dead letters of a journal are; `new DeadLetters(...)` on it works beside a running owner. */
export function deadLettersDir(dir: string): string {
  return join(dir, 'dead-letters')
}

async function readPosition(dir: string) {
  const { file, position } = await PositionFile.open(dir)
  return { file, position, lost: position === undefined }
}

function safely(onEvent: Tell | undefined): Tell {
  return (event) => {
    try {
      onEvent?.(event)
    } catch {
      // A listener cannot hurt the journal, and no caller below it to tell.
    }
  }
}

/** Why what is written to `dir` may be gone after a reboot; `undefined` when nothing speaks for that. */
export async function whyVolatile(dir: string): Promise<string | undefined> {
  const path = await realpath(dir)
  // Node gives the type as a signed or unsigned number, by platform.
  const kind = await statfs(path).then(
    ({ type }) => IN_MEMORY[type >>> 0],
    () => undefined,
  )
  if (kind) return `it is on a ${kind}`
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    if (`${path}${sep}`.startsWith(`${await realpath(parent).catch(() => parent)}${sep}`))
      return `it is inside ${parent}`
  }
  return undefined
}
