import type { JournalEvent } from './journal.ts'
import { JournalError } from './journal-error.ts'
import { type NewRecord, recordBytes } from './record-format.ts'

/** A record whose append has not settled. */
export interface PendingAppend extends NewRecord {
  settle(kept: boolean): void
  refuse(error: JournalError): void
}

export interface GroupCommitOptions {
  /** Writes a group: all of it, or none when it rejects. */
  write(group: readonly PendingAppend[]): Promise<void>
  /** A group is closed before it grows past this; one record may be larger. */
  readonly groupBytes: number
  readonly onFail: 'block' | 'reject' | 'drop-newest'
  tell(event: JournalEvent): void
}

/** Pause before a write that failed is tried again: doubles from the first to the second. */
const RETRY_MS = { first: 100, longest: 5000 } as const

/**
 * Writes appends in groups, one group at a time: what arrives while a group is on its way shares the next write and the
 * next sync. The order is the order of `push`, also across failures.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #pending: PendingAppend[] = []
  #bytes = 0
  #running: Promise<void> | undefined
  #stopping = false
  #wake: (() => void) | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  /** What the pending records will occupy. */
  get bytes(): number {
    return this.#bytes
  }

  push(append: PendingAppend): void {
    this.#pending.push(append)
    this.#bytes += recordBytes(append.payloadBytes)
    this.#running ??= this.#run()
  }

  /** Tries at once what waits for its next try: something may have changed. */
  retryNow(): void {
    this.#wake?.()
  }

  /** Resolves when every pending append is settled; from now on a failure is final. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.retryNow()
    await this.#running
  }

  async #run(): Promise<void> {
    // What is appended in the same tick joins the first group.
    await undefined
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, this.#groupLength())
      const kept = await this.#write(group)
      this.#bytes -= group.reduce((sum, { payloadBytes }) => sum + recordBytes(payloadBytes), 0)
      if (kept) for (const append of group) append.settle(true)
    }
    // In the same tick as the last look: a caller that `settle` wakes up may push again.
    this.#running = undefined
  }

  /** Whether the group was written. If not, its appends are settled. */
  async #write(group: readonly PendingAppend[]): Promise<boolean> {
    const { write, onFail, tell } = this.#options
    for (let pauseMs: number = RETRY_MS.first; ; pauseMs = Math.min(pauseMs * 2, RETRY_MS.longest)) {
      try {
        await write(group)
        return true
      } catch (error) {
        tell({ name: 'journal:fail', operation: 'write', error })
        if (onFail === 'block' && !this.#stopping) {
          await this.#pause(pauseMs)
          continue
        }
        this.#giveUp(group, error)
        return false
      }
    }
  }

  #giveUp(group: readonly PendingAppend[], error: unknown): void {
    const { onFail, tell } = this.#options
    if (onFail !== 'drop-newest') {
      const refusal = new JournalError('write_failed', 'The journal could not be written', error)
      for (const append of group) append.refuse(refusal)
      return
    }
    const bytes = group.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)
    tell({ name: 'journal:drop', records: group.length, bytes, error })
    for (const append of group) append.settle(false)
  }

  #groupLength(): number {
    let bytes = 0
    for (const [i, { payloadBytes }] of this.#pending.entries()) {
      bytes += recordBytes(payloadBytes)
      if (i > 0 && bytes > this.#options.groupBytes) return i
    }
    return this.#pending.length
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#wake = done
    })
  }
}
