import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DeadLetter,
  type DeadLetterInfo,
  type DeadLetterReason,
  ID,
  idOf,
  parseLetter,
  toLetter,
} from './dead-letter-format.ts'
import { syncDirectory, writeDurably } from './disk.ts'
import { JournalError, type JournalRecord } from './journal-error.ts'

export type { DeadLetter, DeadLetterInfo, DeadLetterReason } from './dead-letter-format.ts'

export interface DeadLetterStore {
  /** Oldest record first. */
  list(): Promise<DeadLetterInfo[]>
  /** Rejects with `corrupt` when it does not match its checksum. */
  get(id: string): Promise<DeadLetter | undefined>
  /** Whether there was one. */
  remove(id: string): Promise<boolean>
}

const SUFFIX = '.letter'
/** A file that is given up when the disk is full: a letter must be kept before the segment that it is from can go. */
const RESERVE = 'reserve'
/** Room for some letters. */
const RESERVE_BYTES = 128 << 10

/**
 * Records that cannot be delivered, one file each in `dir`, see dead-letter-format.ts. A file is complete or absent. Nothing is kept in memory, so another
 * process may list and remove while the owner of the journal adds.
 */
export class DeadLetters implements DeadLetterStore {
  readonly #dir: string
  readonly #now: () => number

  constructor(dir: string, now: () => number = Date.now) {
    this.#dir = dir
    this.#now = now
  }

  /** Sets room aside for letters, if there is any. Never rejects: without it a letter may have to wait for room. */
  async prepare(): Promise<void> {
    const path = join(this.#dir, RESERVE)
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 })
      if ((await this.#size(path)) < RESERVE_BYTES) await writeDurably(path, Buffer.alloc(RESERVE_BYTES))
    } catch {
      // A part of it is worth as much as its blocks.
    }
  }

  /** Resolves when the letter would survive a power cut, with the bytes that it added. On a full disk it takes the reserve. */
  async add(record: JournalRecord, { sqlstate, reason }: DeadLetterReason): Promise<number> {
    const letter = toLetter(record, { appendedAt: record.appendedAt, deadAt: this.#now(), sqlstate, reason })
    const path = this.#path(idOf(record))
    const before = await this.#size(path)
    try {
      await this.#keep(path, letter)
    } catch (error) {
      if (!isFull(error) || !(await this.#freeReserve())) throw error
      await this.#keep(path, letter)
    }
    // For the next one. What it finds of room on a nearly full disk it gives back then.
    await this.prepare()
    return (await this.#size(path)) - before
  }

  async #keep(path: string, letter: Buffer | string): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await writeDurably(`${path}.new`, letter)
    await rename(`${path}.new`, path)
    await syncDirectory(this.#dir)
  }

  /** Whether there was one. */
  async #freeReserve(): Promise<boolean> {
    return await unlink(join(this.#dir, RESERVE)).then(() => true, missing(false))
  }

  async list(): Promise<DeadLetterInfo[]> {
    const letters: DeadLetterInfo[] = []
    for (const id of await this.#ids()) {
      const letter = await this.#read(id)
      if (!letter) continue
      const { payload: _, ...info } = letter
      letters.push(info)
    }
    return letters
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    const letter = ID.test(id) ? await this.#read(id) : undefined
    if (letter?.corrupt) throw new JournalError('corrupt', `Dead letter ${id} does not match its checksum`)
    return letter
  }

  async remove(id: string): Promise<boolean> {
    if (!ID.test(id)) return false
    return await unlink(this.#path(id)).then(() => true, missing(false))
  }

  /** Of all letters, as they are now on the disk. */
  async bytes(): Promise<number> {
    let sum = 0
    for (const id of await this.#ids()) sum += await this.#size(this.#path(id))
    return sum
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#dir).catch(missing<string[]>([]))
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((id) => ID.test(id))
      .sort()
  }

  async #read(id: string): Promise<DeadLetter | undefined> {
    const file = await readFile(this.#path(id)).catch(missing(undefined))
    return file && parseLetter(id, file)
  }

  #size(path: string): Promise<number> {
    return stat(path).then(({ size }) => size, missing(0))
  }

  #path(id: string): string {
    return join(this.#dir, `${id}${SUFFIX}`)
  }
}

function isFull(error: unknown): boolean {
  return FULL.has((error as NodeJS.ErrnoException).code ?? '')
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

function missing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error
    return instead
  }
}
