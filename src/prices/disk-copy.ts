import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The last good text of a source, for a start while the source is away. */
export interface DiskCopy {
  /** `undefined` when there is none. */
  read(): Promise<string | undefined>
  /** Whole or not at all: several processes may write, and one may die while it does. */
  write(text: string): Promise<void>
}

/** A copy in `directory`, made on first use. Named by a hash: a URL may hold a secret. */
export function diskCopy(directory: string, source: string): DiskCopy {
  const path = join(directory, `${createHash('sha256').update(source).digest('hex')}.json`)
  return {
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(text) {
      await mkdir(directory, { recursive: true })
      const own = `${path}.${randomUUID()}`
      try {
        await writeFile(own, text, { mode: 0o600 })
        await rename(own, path)
      } finally {
        await rm(own, { force: true })
      }
    },
  }
}
