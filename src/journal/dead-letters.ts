import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { JournalError } from './journal-error.ts'
import type { JournalRecord } from './journal-record.ts'
import { syncDirectory } from './sync-directory.ts'

export interface DeadLetterReason {
  readonly sqlstate?: string
  /** For people. No secrets. */
  readonly reason: string
}

export interface DeadLetterInfo extends DeadLetterReason {
  readonly id: string
  /** Milliseconds since the epoch: of the append, and of being set aside. 0 when the letter is corrupt. */
  readonly appendedAt: number
  readonly deadAt: number
  /** Of the whole file. */
  readonly bytes: number
  /** The file does not match its checksum. `get` refuses it; `remove` works. */
  readonly corrupt: boolean
}

export interface DeadLetter extends DeadLetterInfo {
  readonly payload: Buffer
}

export interface DeadLetterStore {
  /** Oldest record first. */
  list(): Promise<DeadLetterInfo[]>
  /** Rejects with `corrupt` when it does not match its checksum. */
  get(id: string): Promise<DeadLetter | undefined>
  /** Whether there was one. */
  remove(id: string): Promise<boolean>
}

const SUFFIX = '.letter'
/** "<sequence>-<checksum of time and payload>": the same record always gets the same name. */
const ID = /^\d{15}-[0-9a-f]{8}$/

/**
 * Records that cannot be delivered, one file each in `dir`. A file is the CRC-32 of the rest in hex, a space, one line
 * of JSON about the letter, and the payload as it was. It is complete or absent. Nothing is kept in memory, so another
 * process may list and remove while the owner of the journal adds.
 */
export class DeadLetters implements DeadLetterStore {
  readonly #dir: string
  readonly #now: () => number

  constructor(dir: string, now: () => number = Date.now) {
    this.#dir = dir
    this.#now = now
  }

  /** Resolves when the letter would survive a power cut, with the bytes that it added. */
  async add(record: JournalRecord, { sqlstate, reason }: DeadLetterReason): Promise<number> {
    const about = { appendedAt: record.appendedAt, deadAt: this.#now(), ...(sqlstate && { sqlstate }), reason }
    const body = Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), record.payload])
    const path = this.#path(idOf(record))
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const before = await this.#size(path)
    const handle = await open(`${path}.new`, 'w', 0o600)
    try {
      await handle.writeFile(Buffer.concat([Buffer.from(`${hex(crc32(body))} `), body]))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.new`, path)
    await syncDirectory(this.#dir)
    return (await this.#size(path)) - before
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

function parseLetter(id: string, file: Buffer): DeadLetter {
  const body = file.subarray(9)
  if (file.toString('latin1', 0, 9) !== `${hex(crc32(body))} `) {
    const reason = 'unreadable: does not match its checksum'
    return { id, reason, appendedAt: 0, deadAt: 0, bytes: file.length, corrupt: true, payload: body }
  }
  const end = body.indexOf('\n')
  const about = JSON.parse(body.toString('utf8', 0, end)) as DeadLetterReason & { appendedAt: number; deadAt: number }
  return { ...about, id, bytes: file.length, corrupt: false, payload: body.subarray(end + 1) }
}

function idOf({ sequence, appendedAt, payload }: JournalRecord): string {
  return `${String(sequence).padStart(15, '0')}-${hex(crc32(payload, crc32(String(appendedAt))))}`
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

function missing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error
    return instead
  }
}
