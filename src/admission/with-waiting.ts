import { whenKnown } from '../lib/maybe-promise.ts'
import type { AdmissionControl } from './admission-control.ts'
import type { Admission, AdmissionRequest } from './facts/check.ts'

export interface WaitingOptions {
  /** The longest that a call waits. 0: none does. */
  readonly waitMs: number
  /** How often the first call in each line looks again: what other processes give back is told by nothing else. */
  readonly everyMs?: number
  readonly clock?: () => number
}

interface Waiting {
  readonly callId: string
  readonly since: number
  wake(mayEnter: boolean): void
}

/** Calls that wait. Those beyond are refused at once. */
const MAX_WAITING = 10_000

/**
 * Calls that wait until running calls release what they have reserved of a budget and do not need: one line for each
 * budget, the oldest first. A call that is woken tries to enter, and if it enters the next one is woken.
 */
export class WaitingCalls {
  readonly #waitMs: number
  readonly #everyMs: number
  readonly #clock: () => number
  readonly #lines = new Map<string, Waiting[]>()
  readonly #counters = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined

  constructor({ waitMs, everyMs = 100, clock = () => performance.now() }: WaitingOptions) {
    this.#waitMs = waitMs
    this.#everyMs = everyMs
    this.#clock = clock
  }

  now(): number {
    return this.#clock()
  }

  /** Resolves with whether it is worth trying to enter again. `since`: when the call first tried. */
  wait(callId: string, counter: string, since: number): Promise<boolean> {
    const isOver = this.#clock() >= since + this.#waitMs
    if (isOver || this.#counters.size >= MAX_WAITING) return Promise.resolve(false)
    return new Promise((wake) => {
      const line = this.#lines.get(counter) ?? []
      const behind = line.findIndex((other) => other.since > since)
      line.splice(behind < 0 ? line.length : behind, 0, { callId, since, wake })
      this.#lines.set(counter, line)
      this.#counters.set(callId, counter)
      this.#timer ??= setInterval(() => this.#look(), this.#everyMs).unref()
    })
  }

  /** These budgets may have room now. */
  wake(counters: Iterable<string>): void {
    for (const counter of counters) {
      const first = this.#lines.get(counter)?.[0]
      if (first) this.#take(counter, first, true)
    }
  }

  /** The call does not wait any more. */
  forget(callId: string): void {
    const counter = this.#counters.get(callId)
    const waiting = counter === undefined ? undefined : this.#lines.get(counter)?.find((one) => one.callId === callId)
    if (counter !== undefined && waiting) this.#take(counter, waiting, false)
  }

  /** Calls that wait. */
  get size(): number {
    return this.#counters.size
  }

  #look(): void {
    const over = this.#clock() - this.#waitMs
    for (const [counter, line] of this.#lines) {
      for (const waiting of line.filter(({ since }) => since <= over)) this.#take(counter, waiting, true)
    }
    this.wake([...this.#lines.keys()])
  }

  #take(counter: string, waiting: Waiting, mayEnter: boolean): void {
    const line = this.#lines.get(counter)!
    line.splice(line.indexOf(waiting), 1)
    if (line.length === 0) this.#lines.delete(counter)
    this.#counters.delete(waiting.callId)
    if (this.#lines.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    waiting.wake(mayEnter)
  }
}

/** An admission control at which calls wait that may have room in a budget once running calls have ended. */
export function withWaiting(admission: AdmissionControl, waiting: WaitingCalls): AdmissionControl {
  return {
    ...admission,

    admit(attempt) {
      return whenKnown(admission.admit(attempt), (decision) => {
        const counter = decision.refusal?.waitsFor
        return counter === undefined ? decision : enterLater(attempt, decision, counter)
      })
    },

    settle(callId, used) {
      waiting.forget(callId)
      return admission.settle(callId, used)
    },
  }

  async function enterLater(attempt: AdmissionRequest, first: Admission, firstCounter: string): Promise<Admission> {
    const since = waiting.now()
    let decision = first
    for (let counter: string | undefined = firstCounter; counter !== undefined; ) {
      if (!(await waiting.wait(attempt.callId, counter, since))) return decision
      // What has changed about the key meanwhile holds for this call too.
      const key = attempt.currentKey ? await attempt.currentKey() : attempt.key
      decision = await admission.admit({ ...attempt, key })
      const next = decision.refusal?.waitsFor
      // Where it had no room there is none for those behind it; a call that is refused for another reason takes none.
      if (next !== counter) waiting.wake([counter])
      counter = next
    }
    return decision
  }
}
