import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSegmentName } from './segment.ts'

export interface JournalFile {
  /** Its path below the journal's directory: `process-2/…` of another process. */
  readonly name: string
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly writtenAt: number
}

/** The segments in the directory of a journal, those of other processes that share it included. A missing one has none. */
export async function journalFiles(dir: string): Promise<readonly JournalFile[]> {
  const names = await readdir(dir).catch(() => [])
  const nested = names.filter((name) => /^process-\d+$/.test(name))
  const inNested = await Promise.all(
    nested.map(async (name) => (await readdir(join(dir, name)).catch(() => [])).map((file) => `${name}/${file}`)),
  )
  const segments = [...names, ...inNested.flat()].filter((name) => parseSegmentName(name.split('/').at(-1) ?? ''))
  const found = await Promise.all(segments.map((name) => fileOf(dir, name)))
  return found.filter((file) => file !== undefined)
}

/** `undefined` when it has been written to the database meanwhile, and is gone. */
async function fileOf(dir: string, name: string): Promise<JournalFile | undefined> {
  const { size, mtimeMs } = (await stat(join(dir, name)).catch(() => undefined)) ?? {}
  return size === undefined || mtimeMs === undefined ? undefined : { name, bytes: size, writtenAt: mtimeMs }
}
