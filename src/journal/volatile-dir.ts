import { realpath, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { sep } from 'node:path'

/** statfs(2) magic numbers of file systems that live in memory. */
const IN_MEMORY: Readonly<Record<number, string>> = { 16914836: 'tmpfs', 2240043254: 'ramfs' }

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
