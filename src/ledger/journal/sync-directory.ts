import { open } from 'node:fs/promises'

/** Makes files created, renamed or removed in `dir` survive a power cut. A no-op where directories cannot be synced. */
export async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
