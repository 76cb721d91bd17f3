import { randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'

/**
 * The secret in `file`; on first use `make()` decides it. Readable by its owner only. Of processes that make it at the
 * same moment one wins and all return the winner's: the file appears whole, by `link`, or not at all.
 */
export async function keptSecret(file: string, make: () => string): Promise<string> {
  const kept = await readSecret(file)
  if (kept) return kept
  const draft = `${file}.${randomUUID()}`
  const secret = make()
  try {
    await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    await link(draft, file)
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const winner = await readSecret(file)
    if (winner) return winner
    throw new Error(`${file} is empty: delete it to have a new one made`)
  } finally {
    await rm(draft, { force: true })
  }
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A key as clients send it, 192 random bits. */
export function newSecret(): string {
  return `sk-${randomBytes(24).toString('base64url')}`
}
