import type { Drain } from './drain/drain.ts'
import { Pause } from './drain/retry.ts'
import type { JournalEvent, JournalOptions, JournalRecord, JournalSize } from './journal/journal.ts'
import { openAbandonedJournal, type ProcessJournal } from './journal/process-journals.ts'

export interface JournalAdopterOptions {
  readonly journal: JournalOptions
  /** Directory of this process's own journal. */
  readonly own: string
  createDrain(journal: ProcessJournal['journal']): Drain<JournalRecord>
  tell(event: JournalEvent | AdoptionEvent): void
}

export type AdoptionEvent =
  /** The process that wrote this journal is gone; its records are written by this process. */
  { readonly name: 'journal:adopted'; readonly dir: string; readonly records: number }

/** Pause between two looks for journals of dead processes. */
const LOOK_MS = 2_000

const NOTHING: JournalSize = { bytes: 0, waitingRecords: 0, oldestWaitingMs: 0 }

/**
 * Drains the journals that dead processes left in the same directory, one after the other. The lock of a journal lets
 * one process drain it; a journal whose adopter ends too is adopted by the next.
 */
export class JournalAdopter {
  readonly #options: JournalAdopterOptions
  readonly #pause = new Pause()
  readonly #stop = Promise.withResolvers<void>()
  readonly #running: Promise<void>
  #adopted: ProcessJournal | undefined
  #stopped = false

  constructor(options: JournalAdopterOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  /** Of the journal that is being drained. */
  get size(): JournalSize {
    return this.#adopted?.journal.size ?? NOTHING
  }

  /** What is not yet written stays in its journal, for the next adopter. Resolves with how many records that are. */
  async stop(): Promise<number> {
    this.#stopped = true
    const left = this.size.waitingRecords
    this.#stop.resolve()
    this.#pause.end()
    await this.#running
    return left
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (await this.#adopt()) continue
      } catch (error) {
        this.#options.tell({ name: 'journal:fail', operation: 'read', error })
      }
      if (!this.#stopped) await this.#pause.take(LOOK_MS, false)
    }
  }

  /** Whether there was one. */
  async #adopt(): Promise<boolean> {
    const { journal: options, own, tell, createDrain } = this.#options
    // The start of this process has told whether the directory is volatile.
    const onEvent = (event: JournalEvent) => void (event.name !== 'journal:volatile' && tell(event))
    const found = await openAbandonedJournal({ ...options, onEvent }, own)
    if (!found) return false
    const { dir, journal } = found
    this.#adopted = found
    tell({ name: 'journal:adopted', dir, records: journal.size.waitingRecords })
    const drain = createDrain(journal)
    try {
      if (!this.#stopped) await Promise.race([drain.flush(), this.#stop.promise])
    } finally {
      drain.stop()
      await journal.close()
      this.#adopted = undefined
    }
    return true
  }
}
