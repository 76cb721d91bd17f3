import { randomUUID } from 'node:crypto'
import { link, lstat, lutimes, readdir, readFile, readlink, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { type Disk, nodeDisk } from './disk.ts'
import { JournalError } from './journal-error.ts'
import {
  fromShortText,
  identityOfThisProcess,
  livenessOf,
  type ProcessIdentity,
  toShortText,
} from './process-identity.ts'

export interface DirectoryLock {
  release(): Promise<void>
}

/** The owner touches its lock this often. Only looked at when its process cannot be (another container). */
const HEARTBEAT_MS = 2000
/** A lock that was not touched for so long is stale. Five missed beats, and short enough to wait for at start-up. */
const STALE_AFTER_MS = 10_000

/**
 * Makes this process the one owner of `dir`, through a file `lock` that names it. A lock whose process is gone is taken
 * over, by exactly one of those that try. Rejects with `locked` and the owner's pid when the owner lives.
 *
 * Needs no free block: on a full disk the lock is a symbolic link whose target names the owner. The owner must be on
 * this host. Where its process cannot be looked at, the lock must go untouched for
 * `STALE_AFTER_MS` first, so this may take that long.
 */
export async function lockDirectory(dir: string, disk: Disk = nodeDisk): Promise<DirectoryLock> {
  const path = join(dir, 'lock')
  const self = await identityOfThisProcess()
  // The id makes every lock's text unique, so that comparing texts tells one lock from the next.
  const id = randomUUID()
  const claimant = { self, disk, text: JSON.stringify({ ...self, id }), shortText: toShortText(self, id.slice(0, 8)) }
  await claim(path, claimant)
  await removeDrafts(dir, self)
  const heartbeat = setInterval(() => void touch(path), HEARTBEAT_MS).unref()
  return {
    async release() {
      clearInterval(heartbeat)
      const held = await readText(path)
      if (held === claimant.text || held === claimant.shortText) await unlink(path)
    },
  }
}

interface Claimant {
  readonly self: ProcessIdentity
  readonly disk: Disk
  /** What its lock says: as a file, and as the target of a link. */
  readonly text: string
  readonly shortText: string
}

async function claim(path: string, claimant: Claimant): Promise<void> {
  for (;;) {
    const held = await readText(path)
    if (held === undefined) {
      if (await createWhole(path, claimant)) return
      continue
    }
    const owner = parseIdentity(held)
    if (await isAlive(path, owner, claimant.self)) {
      throw new JournalError('locked', `The journal is in use by process ${owner?.pid ?? '(unknown)'}: ${path}`)
    }
    await removeStale(path, held, claimant)
  }
}

/**
 * Several may see the same stale lock at once, and one that is slow must not remove its successor. So the right to remove
 * it is claimed first, in the same way, under a name made from the stale lock's text; and looked at again after that.
 */
async function removeStale(path: string, held: string, claimant: Claimant): Promise<void> {
  const guard = `${path}.${crc32(held).toString(16)}`
  await claim(guard, claimant)
  try {
    if ((await readText(path)) === held) await unlink(path)
  } finally {
    await unlink(guard)
  }
}

const DRAFT = /^lock(?:\.[\da-f]+)*\.[\da-f-]{36}\.new$/

/** A process that was killed while it tried to lock leaves its draft behind. */
async function removeDrafts(dir: string, self: ProcessIdentity): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!DRAFT.test(name)) continue
    const path = join(dir, name)
    const writer = parseIdentity((await readText(path)) ?? '')
    const liveness = writer ? await livenessOf(writer, self) : 'unknown'
    const age = Date.now() - ((await touchedAt(path)) ?? Date.now())
    if (liveness === 'dead' || (liveness === 'unknown' && age > STALE_AFTER_MS)) await unlink(path).catch(missing)
  }
}

/** Either kind of link appears with its content; a file that is opened exclusively is empty for a moment. */
async function createWhole(path: string, { disk, text, shortText }: Claimant): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.new`
  try {
    await writeDraft(disk, draft, text)
    await link(draft, path)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (NO_SPACE.has(code)) return await createWithoutBlock(path, shortText)
    // ENOENT: another process took the draft for one that was left behind. The claim is repeated.
    if (code !== 'EEXIST' && !(code === 'ENOENT' && (await touchedAt(draft)) === undefined)) throw error
    return false
  } finally {
    await unlink(draft).catch(missing)
  }
}

const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

async function writeDraft(disk: Disk, draft: string, text: string): Promise<void> {
  const file = await disk.create(draft)
  try {
    await file.write(Buffer.from(text), 0)
  } finally {
    await file.close()
  }
}

/** The target of a short link is in its inode. */
async function createWithoutBlock(path: string, shortText: string): Promise<boolean> {
  try {
    await symlink(shortText, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

async function isAlive(path: string, owner: ProcessIdentity | undefined, self: ProcessIdentity): Promise<boolean> {
  const liveness = owner ? await livenessOf(owner, self) : 'unknown'
  if (liveness !== 'unknown') return liveness === 'alive'
  const seen = await touchedAt(path)
  // Not by the clock alone: it may have been set back since the last beat.
  const deadline = performance.now() + STALE_AFTER_MS
  while (seen !== undefined && Date.now() - seen < STALE_AFTER_MS && performance.now() < deadline) {
    await sleep(HEARTBEAT_MS / 8)
    const now = await touchedAt(path)
    if (now !== seen) return now !== undefined
  }
  return false
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'pid' in value ? (value as ProcessIdentity) : undefined
  } catch {
    return fromShortText(text)
  }
}

/** Milliseconds since the epoch. */
async function touchedAt(path: string): Promise<number | undefined> {
  return await lstat(path).then(({ mtimeMs }) => mtimeMs, missing)
}

async function readText(path: string): Promise<string | undefined> {
  // EINVAL: it is not a link.
  return await readlink(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EINVAL' ? readFile(path, 'utf8').catch(missing) : missing(error),
  )
}

/** A beat that fails (EROFS) changes nothing: where it matters the lock would have to fail for long. */
async function touch(path: string): Promise<void> {
  const now = new Date()
  await lutimes(path, now, now).catch(() => {})
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
