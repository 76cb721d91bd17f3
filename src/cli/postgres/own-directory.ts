import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigError } from '../../errors.ts'
import type { ServiceUser } from './service-user.ts'

/** Runs `work` on files of `path`; that they may not be written becomes a ConfigError that says what to do. */
export async function writingTo<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!UNWRITABLE.has(code)) throw error
    throw new ConfigError(
      `Cannot write to ${path} (${code}): make it writable, start in another folder, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'])

/**
 * Makes a directory under a guessable name in a place that everyone may write to. It must be ours and closed to the
 * writes of others, or somebody else could have put it there.
 */
export async function makeOwnDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  const found = await lstat(path)
  const ours = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o022) === 0
  if (!ours) throw new ConfigError(`${path} belongs to somebody else: remove it, or set DATABASE_URL.`)
  await chmod(path, 0o755)
}

/** Whether `user` may walk down to `path`, as far as the mode bits tell. */
export async function isReachable(path: string, user: ServiceUser): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { uid, gid, mode } = await stat(folder)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
