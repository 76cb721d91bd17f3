import type { DropReason, GatewayEvents } from '../events.ts'
import type { SpendClosing, SpendGauges, SpendSink } from '../types.ts'
import type { SetAside } from './set-aside.ts'

/** A sink that says what it holds, and what becomes of it. */
export interface SpendLedger extends SpendSink {
  /** Rejects with a ConfigError when calls cannot be kept as promised. Then they wait in memory, and it goes on trying. */
  ready(): Promise<void>
  gauges(): SpendGauges
  /** What the database has refused for good. Absent: nothing is kept of it. */
  readonly setAside?: SetAside
  /** Writes for at most `timeoutMs`, then says where the rest is. Idempotent. */
  close(timeoutMs?: number): Promise<SpendClosing>
}

/** A ledger that gives up every call says so this often, not for each. */
const SAY_EVERY_MS = 10_000

interface Counted {
  readonly dollars: number
}

type Fate = 'written' | 'quarantined' | 'left' | DropReason

/** What waits now: it is not counted here. */
export type WaitingGauges = Pick<SpendGauges, 'queued' | 'oldestMs' | 'journalBytes'>

/** Counts what becomes of calls. A call is taken once and settled once. */
export class SpendCounts {
  readonly #dropped: Partial<Record<DropReason, number>> = {}
  #taken = 0
  #settled = 0
  #dollars = 0
  #written = 0
  #retried = 0
  #quarantined = 0
  #left = 0

  constructor(events: GatewayEvents) {
    events.on('spend:retry', () => {
      this.#retried++
    })
  }

  /** Calls taken and not settled. */
  get open(): number {
    return this.#taken - this.#settled
  }

  get written(): number {
    return this.#written
  }

  /** Calls that were left to other processes. */
  get left(): number {
    return this.#left
  }

  /** Calls given up, for whatever reason. */
  get lost(): number {
    return Object.values(this.#dropped).reduce((sum, count) => sum + count, 0)
  }

  take({ dollars }: Counted): void {
    this.#taken++
    this.#dollars += dollars
  }

  /** As if it had not been taken. */
  forget({ dollars }: Counted): void {
    this.#taken--
    this.#dollars -= dollars
  }

  /** Calls of this process. */
  settle(calls: readonly Counted[], how: Fate): void {
    this.#settled += calls.length
    for (const { dollars } of calls) this.#dollars -= dollars
    this.found(calls.length, how)
  }

  /** Calls that an earlier process took. */
  found(count: number, how: Fate): void {
    if (how === 'written') this.#written += count
    else if (how === 'quarantined') this.#quarantined += count
    else if (how === 'left') this.#left += count
    else this.#dropped[how] = (this.#dropped[how] ?? 0) + count
  }

  gauges(waiting: WaitingGauges): SpendGauges {
    return {
      ...waiting,
      // What adding and subtracting floats leaves behind is no money.
      unsettledDollars: this.open === 0 ? 0 : Math.max(0, this.#dollars),
      written: this.#written,
      retried: this.#retried,
      quarantined: this.#quarantined,
      dropped: { ...this.#dropped },
    }
  }
}

/** Says how many calls were given up, and why the last of them was, where the host does not listen to `spend:drop` itself. */
export function warnOfDrops(events: GatewayEvents, say: (line: string) => void = warn, everyMs = SAY_EVERY_MS): void {
  let unsaid = 0
  let line = ''
  let timer: NodeJS.Timeout | undefined
  events.on('spend:drop', ({ callIds, reason, error }) => {
    // A listener of the application handles it.
    if (events.listenerCount('spend:drop') > 1) return
    unsaid += callIds.length
    line = `(${reason})${error === undefined ? '' : `: ${(error as Error).message}`}`
    if (!timer) sayNow()
  })

  function sayNow(): void {
    timer = unsaid > 0 ? setTimeout(sayNow, everyMs).unref() : undefined
    if (unsaid > 0) say(`Gave up ${unsaid} spend logs ${line}`)
    unsaid = 0
  }
}

function warn(line: string): void {
  process.emitWarning(line, 'SpendWarning')
}
