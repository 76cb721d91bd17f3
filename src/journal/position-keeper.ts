import type { Tell } from './journal.ts'
import type { PositionFile } from './position-file.ts'

/** Saves positions, one write at a time. Positions that arrive during a write share the next one: the last one wins. */
export class PositionKeeper {
  readonly #file: PositionFile
  readonly #tell: Tell
  #wanted: { position: number; sync: boolean } | undefined
  #running: Promise<void> | undefined

  constructor(file: PositionFile, tell: Tell) {
    this.#file = file
    this.#tell = tell
  }

  /** Resolves when this position or a later one is written. A failure is told: it costs no more than reading again. */
  async save(position: number, { sync }: { sync: boolean }): Promise<void> {
    this.#wanted = { position, sync: sync || (this.#wanted?.sync ?? false) }
    while (this.#wanted) await this.#next()
    await this.#running
  }

  async close(position: number): Promise<void> {
    try {
      await this.save(position, { sync: true })
    } finally {
      await this.#file.close()
    }
  }

  #next(): Promise<void> {
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #write(): Promise<void> {
    const { position, sync } = this.#wanted!
    this.#wanted = undefined
    try {
      await this.#file.write(position, { sync })
    } catch (error) {
      this.#tell({ name: 'journal:fail', operation: 'position', error })
    }
  }
}
