import type { PendingAppend } from './group-commit.ts'
import type { JournalOptions, Tell } from './journal.ts'
import { JournalError } from './journal-error.ts'
import { recordBytes } from './record-format.ts'

export interface AdmissionOptions extends Pick<JournalOptions, 'maxBytes' | 'onFull'> {
  /** What is occupied, what is on its way included. */
  usedBytes(): number
  /** Makes room by what costs something, if there is anything to gain. */
  giveBack(): void
  /** Where an append goes that is let in. */
  enter(append: PendingAppend): void
  /** Called now and then while the journal is full: others may have made room. */
  lookAgain(): void
  readonly tell: Tell
}

const LOOK_AGAIN_MS = 1000
/** A journal that was full has room again below this share, so that one at the brink does not tell with every append. */
const ROOM_SHARE = 0.9

/** Keeps the journal within `maxBytes`: lets appends in, in order, or does with them what `onFull` says. */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #waiting: PendingAppend[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** Lets it in, keeps it waiting, or settles it. */
  request(append: PendingAppend): void {
    const { onFull, enter, tell, maxBytes, usedBytes } = this.#options
    // Nothing may overtake what waits.
    if (this.#waiting.length === 0 && this.#fits(append)) {
      enter(append)
      return
    }
    this.#tellFull()
    if (onFull === 'block') {
      this.#waiting.push(append)
    } else if (onFull === 'reject') {
      append.refuse(new JournalError('full', `The journal is full: ${usedBytes()} of ${maxBytes} bytes`))
    } else {
      tell({ name: 'journal:drop', records: 1, bytes: append.payloadBytes })
      append.settle(false)
    }
  }

  /** To be called when something was freed. */
  freed(): void {
    const { enter, giveBack, usedBytes, maxBytes, tell } = this.#options
    for (let next = this.#waiting[0]; next && this.#fits(next); next = this.#waiting[0]) {
      this.#waiting.shift()
      enter(next)
    }
    if (!this.#timer || this.#waiting.length > 0) return
    giveBack()
    if (usedBytes() > maxBytes * ROOM_SHARE) return
    this.#stopTimer()
    tell({ name: 'journal:room', bytes: usedBytes(), maxBytes })
  }

  /** Refuses what waits. */
  close(): void {
    this.#stopTimer()
    const refusal = new JournalError('closed', 'The journal was closed before there was room')
    for (const append of this.#waiting.splice(0)) append.refuse(refusal)
  }

  #fits({ payloadBytes }: PendingAppend): boolean {
    const { maxBytes, usedBytes, giveBack } = this.#options
    const bytes = recordBytes(payloadBytes)
    if (usedBytes() + bytes > maxBytes) giveBack()
    return usedBytes() + bytes <= maxBytes
  }

  /** The timer runs for as long as the journal counts as full. */
  #tellFull(): void {
    const { lookAgain, usedBytes, maxBytes, tell } = this.#options
    if (this.#timer) return
    this.#timer = setInterval(lookAgain, LOOK_AGAIN_MS).unref()
    tell({ name: 'journal:full', bytes: usedBytes(), maxBytes })
  }

  #stopTimer(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
