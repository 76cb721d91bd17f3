import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { JournalError } from './journal-error.ts'
import { identityOfThisProcess, livenessOf, type ProcessIdentity } from './process-identity.ts'

export interface DirectoryLock {
  release(): Promise<void>
}

/** The owner touches its lock this often. Only looked at when its process cannot be (another container). */
const HEARTBEAT_MS = 2000
/** A lock nobody touched for so long is stale. Five missed beats, and short enough to wait for at start-up. */
const STALE_AFTER_MS = 10_000

/**
 * Makes this process the one owner of `dir`, through a file `lock` that names it. A lock whose process is gone is taken
 * over, by exactly one of those that try. Rejects with `locked` and the owner's pid when the owner lives.
 *
 * The owner must be on this host. Where its process cannot be looked at, the lock must go untouched for
 * `STALE_AFTER_MS` first, so this may take that long.
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const path = join(dir, 'lock')
  const self = await identityOfThisProcess()
  // The id makes every lock's text unique, so that comparing texts tells one lock from the next.
  const text = JSON.stringify({ ...self, id: randomUUID() })
  await claim(path, text, self)
  await removeDrafts(dir, self)
  const heartbeat = setInterval(() => void touch(path), HEARTBEAT_MS).unref()
  return {
    async release() {
      clearInterval(heartbeat)
      if ((await readText(path)) === text) await unlink(path)
    },
  }
}

async function claim(path: string, text: string, self: ProcessIdentity): Promise<void> {
  while (!(await createWhole(path, text))) {
    const held = await readText(path)
    if (held === undefined) continue
    const owner = parseIdentity(held)
    if (await isAlive(path, owner, self)) {
      throw new JournalError('locked', `The journal is in use by process ${owner?.pid ?? '(unknown)'}: ${path}`)
    }
    await removeStale(path, held, text, self)
  }
}

/**
 * Several may see the same stale lock at once, and one that is slow must not remove its successor. So the right to remove
 * it is claimed first, in the same way, under a name made from the stale lock's text; and looked at again after that.
 */
async function removeStale(path: string, held: string, text: string, self: ProcessIdentity): Promise<void> {
  const guard = `${path}.${crc32(held).toString(16)}`
  await claim(guard, text, self)
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

/** A link appears with its content; a file that is opened exclusively is empty for a moment. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.new`
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOENT: another process took the draft for one that was left behind. The claim is repeated.
    if (code !== 'EEXIST' && !(code === 'ENOENT' && (await touchedAt(draft)) === undefined)) throw error
    return false
  } finally {
    await unlink(draft).catch(missing)
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
    return undefined
  }
}

/** Milliseconds since the epoch. */
async function touchedAt(path: string): Promise<number | undefined> {
  return await stat(path).then(({ mtimeMs }) => mtimeMs, missing)
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(missing)
}

/** A beat that fails (EROFS) changes nothing: where it matters the lock would have to fail for long. */
async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
