import { truncate } from 'node:fs/promises'
import { type Disk, type DiskFile, nodeDisk } from '../../../../src/ledger/journal/disk.ts'

export interface FakeDisk extends Disk {
  /** Of segments: the lock is written through the disk too. */
  writes: number
  syncs: number
  /** Size of each file as of its last sync. */
  readonly synced: Map<string, number>
  /** Rejects with what it throws; called before the operation is done. */
  before(operation: keyof DiskFile | 'create'): void
  /** What a power cut leaves: every file as it was last synced. */
  cutPower(): Promise<void>
}

/** A real disk that counts, and refuses when it is told to. A refused write writes half. */
export function fakeDisk(): FakeDisk {
  const disk: FakeDisk = {
    writes: 0,
    syncs: 0,
    synced: new Map(),
    before() {},
    async create(path) {
      disk.before('create')
      const file = await nodeDisk.create(path)
      let size = 0
      disk.synced.set(path, 0)
      return {
        async write(bytes, offset) {
          if (path.endsWith('.log')) disk.writes++
          const half = bytes.subarray(0, bytes.length >> 1)
          try {
            disk.before('write')
          } catch (error) {
            await file.write(half, offset)
            throw error
          }
          await file.write(bytes, offset)
          size = offset + bytes.length
        },
        async sync() {
          disk.syncs++
          disk.before('sync')
          const covered = size
          await file.sync()
          disk.synced.set(path, covered)
        },
        async truncate(bytes) {
          disk.before('truncate')
          await file.truncate(bytes)
          size = bytes
        },
        async close() {
          disk.before('close')
          await file.close()
        },
      }
    },
    async cutPower() {
      for (const [path, size] of disk.synced) await truncate(path, size).catch(() => {})
    },
  }
  return disk
}

export function diskError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused by the test`), { code })
}
