import { whenKnown } from '../lib/maybe-promise.ts'
import type { AdmissionControl } from './admission-control.ts'
import type { Admission, AdmissionRequest } from './facts/check.ts'

export interface WaitingOptions {
  /** How long a call waits while no other of its line gets in. 0: none does. */
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

/** Those that wait for one budget, the oldest first. */
interface Line {
  readonly calls: Waiting[]
  /** When a call last got in from here. */
  movedAt: number
}

/** Calls that wait. Those beyond are refused at once. */
const MAX_WAITING = 10_000

/**
 * Calls that wait until running calls release what they have reserved of a budget and do not need: one line for each
 * budget, the oldest first. A call that is woken tries to enter, and if it enters the next one is woken. As long as a line
 * moves, none in it is refused: there is money left, and it is being given out.
 */
export class WaitingCalls {
  readonly #waitMs: number
  readonly #everyMs: number
  readonly #clock: () => number
  readonly #lines = new Map<string, Line>()
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
    const line = this.#lines.get(counter) ?? { calls: [], movedAt: since }
    const isOver = this.#clock() >= Math.max(since, line.movedAt) + this.#waitMs
    if (isOver || this.#counters.size >= MAX_WAITING) return Promise.resolve(false)
    return new Promise((wake) => {
      const { calls } = line
      const behind = calls.findIndex((other) => other.since > since)
      calls.splice(behind < 0 ? calls.length : behind, 0, { callId, since, wake })
      this.#lines.set(counter, line)
      this.#counters.set(callId, counter)
      this.#timer ??= setInterval(() => this.#look(), this.#everyMs).unref()
    })
  }

  /** A call that has waited for this budget got in. */
  moved(counter: string): void {
    const line = this.#lines.get(counter)
    if (line) line.movedAt = this.#clock()
  }

  /** These budgets may have room now. */
  wake(counters: Iterable<string>): void {
    for (const counter of counters) {
      const first = this.#lines.get(counter)?.calls[0]
      if (first) this.#take(counter, first, true)
    }
  }

  /** The call does not wait any more. */
  forget(callId: string): void {
    const counter = this.#counters.get(callId)
    const waiting =
      counter === undefined ? undefined : this.#lines.get(counter)?.calls.find((one) => one.callId === callId)
    if (counter !== undefined && waiting) this.#take(counter, waiting, false)
  }

  /** Calls that wait. */
  get size(): number {
    return this.#counters.size
  }

  #look(): void {
    const over = this.#clock() - this.#waitMs
    for (const [counter, { calls, movedAt }] of this.#lines) {
      if (movedAt > over) continue
      for (const waiting of calls.filter(({ since }) => since <= over)) this.#take(counter, waiting, true)
    }
    this.wake([...this.#lines.keys()])
  }

  #take(counter: string, waiting: Waiting, mayEnter: boolean): void {
    const { calls = [] } = this.#lines.get(counter) ?? {}
    calls.splice(calls.indexOf(waiting), 1)
    if (calls.length === 0) this.#lines.delete(counter)
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
      if (!decision.refusal) waiting.moved(counter)
      // Where it had no room there is none for those behind it; a call that is refused for another reason takes none.
      if (next !== counter) waiting.wake([counter])
      counter = next
    }
    return decision
  }
}
