import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayEvents } from '../../events.ts'
import type { SpendRecord } from '../record/spend-record.ts'
import type { WriteRecords } from '../write/spend-writer.ts'
import type { BatchStream, StreamAnswer } from './batch-stream.ts'

export interface SpendBufferOptions {
  readonly stream: Promise<BatchStream>
  /** Tells this process's batches from those of others. */
  readonly sender: string
  /** Where records go while Redis is away. */
  readonly direct: WriteRecords
  readonly events: GatewayEvents
}

/** Pauses between two looks for an answer. */
const LOOK_MS = { first: 5, longest: 50 } as const
/** How often to see whether Redis still has the batch. */
const CHECK_MS = 1_000
/** How often to see whether Redis is back. */
const PROBE_MS = 1_000

/**
 * Writes batches through Redis: the holder of the lock there takes them to the database, and a batch counts as written
 * when that has been answered. So nothing hangs on the memory of Redis: who sends keeps it until then, and sends it again
 * when Redis has forgotten it. While Redis is away this process writes by itself, and says so: `spend:local`, until
 * `spend:shared`. A batch may be written in both ways; it is charged once.
 */
export class SpendBuffer {
  readonly #options: SpendBufferOptions
  readonly #open = new Set<string>()
  readonly #answers = new Map<string, StreamAnswer>()
  #away = false
  #closed = false
  #probing: NodeJS.Timeout | undefined

  constructor(options: SpendBufferOptions) {
    this.#options = options
  }

  /** Rejects with the database's own SQLSTATE when it refuses one of these records. */
  readonly write: WriteRecords = async (records) => {
    const answer = this.#away ? undefined : await this.#send(records)
    if (!answer) return await this.#options.direct(records)
    if (answer.refusal) throw new RefusedError(answer.refusal)
  }

  /** Leaves records to the process that writes after this one has ended. `false`: they cannot be left now. */
  readonly leave = async (records: readonly SpendRecord[]): Promise<boolean> => {
    if (this.#away) return false
    try {
      await (await this.#options.stream).add(this.#options.sender, textOf(records))
      return true
    } catch {
      return false
    }
  }

  /** Ends what still waits for an answer. */
  close(): void {
    this.#closed = true
    clearInterval(this.#probing)
  }

  async #send(records: readonly SpendRecord[]): Promise<StreamAnswer | undefined> {
    try {
      const stream = await this.#options.stream
      for (;;) {
        const id = await stream.add(this.#options.sender, textOf(records))
        const answer = await this.#answerTo(id, stream)
        if (answer) return answer
      }
    } catch (error) {
      if (error instanceof ClosedError) throw error
      this.#fallBack(error)
      return undefined
    }
  }

  /** For as long as Redis has the batch; `undefined` when it has forgotten it. */
  async #answerTo(id: string, stream: BatchStream): Promise<StreamAnswer | undefined> {
    this.#open.add(id)
    try {
      let checkAt = performance.now() + CHECK_MS
      for (let pauseMs: number = LOOK_MS.first; ; pauseMs = Math.min(pauseMs * 2, LOOK_MS.longest)) {
        const due = performance.now() >= checkAt
        if (due) checkAt += CHECK_MS
        // Before the look: a batch goes together with its answer.
        const gone = due && !(await stream.has(id))
        for (const answer of await stream.answers(this.#options.sender)) {
          if (this.#open.has(answer.id)) this.#answers.set(answer.id, answer)
        }
        const answer = this.#answers.get(id)
        if (answer || gone) return answer
        if (this.#closed) throw new ClosedError()
        await sleep(pauseMs)
      }
    } finally {
      this.#open.delete(id)
      this.#answers.delete(id)
    }
  }

  #fallBack(error: unknown): void {
    if (this.#away || this.#closed) return
    this.#away = true
    this.#options.events.tell('spend:local', { error })
    this.#probing = setInterval(() => void this.#probe(), PROBE_MS).unref()
  }

  async #probe(): Promise<void> {
    try {
      await (await this.#options.stream).has('0-1')
    } catch {
      return
    }
    if (!this.#away || this.#closed) return
    this.#away = false
    clearInterval(this.#probing)
    this.#options.events.tell('spend:shared')
  }
}

/** One record a line. */
function textOf(records: readonly SpendRecord[]): string {
  return records.map(({ text }) => text).join('\n')
}

/** What the database said to the process that wrote. */
class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly code: string

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message)
    this.code = code
  }
}

class ClosedError extends Error {
  override readonly name = 'ClosedError'
}
