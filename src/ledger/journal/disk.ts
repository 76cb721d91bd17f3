import { type FileHandle, open } from 'node:fs/promises'

/** What the journal needs of a disk to append to a segment. Its own interface so that a test can refuse. */
export interface Disk {
  /** A new file; rejects when it exists. */
  create(path: string): Promise<DiskFile>
}

export interface DiskFile {
  /** Writes all of `bytes` at `offset`, or rejects; then any part of them may be there. */
  write(bytes: Buffer, offset: number): Promise<void>
  /** Resolves when everything written, and the file's size, would survive a power cut. */
  sync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

export const nodeDisk: Disk = {
  async create(path) {
    const handle = await open(path, 'wx', 0o600)
    return {
      write: (bytes, offset) => writeAll(handle, bytes, offset),
      sync: () => handle.datasync(),
      truncate: (bytes) => handle.truncate(bytes),
      close: () => handle.close(),
    }
  },
}

/** A write may take less than it was given (signals, a disk that is nearly full); the rest then tells why. */
async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done)
    done += bytesWritten
  }
}

/** Writes a whole file that survives a power cut, once its directory is synced too. */
export async function writeDurably(path: string, bytes: Buffer | string): Promise<void> {
  const handle = await open(path, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

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
