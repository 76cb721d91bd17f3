import { ConfigError } from '../errors.ts'
import type { JournalNotice } from '../events.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { Drain } from './drain/drain.ts'
import { Pause } from './drain/retry.ts'
import type { JournalEvent, JournalOptions, JournalRecord } from './journal/journal.ts'
import { openOwnJournal, type ProcessJournal } from './journal/process-journals.ts'
import { type AdoptionEvent, JournalAdopter } from './journal-adopter.ts'

export interface OwnJournalOptions {
  readonly journal: Omit<JournalOptions, 'onEvent' | 'now'>
  /** Hears what the journal tells about itself, and `journal:unavailable`. */
  tell(notice: JournalNotice): void
  createDrain(journal: ProcessJournal['journal']): Drain<JournalRecord>
}

export interface OpenedJournal {
  readonly journal: ProcessJournal['journal']
  readonly adopter: JournalAdopter
  readonly drain: Drain<JournalRecord>
}

/** The journal of this process. */
export interface OwnJournal {
  /** Resolves when the first attempt to open it has ended: with why it failed. */
  readonly firstAttempt: Promise<ConfigError | undefined>
  /** `undefined` while the directory cannot be opened. */
  readonly opened: OpenedJournal | undefined
  /** It has no room: there is no time to wait for full batches. */
  readonly full: boolean
  /** No more attempts are made, and what one that is under way opens is closed at once. Returns what is open now. */
  stopOpening(): OpenedJournal | undefined
}

/** Pause between two attempts to open the journal. */
const REOPEN_MS = 1_000

/**
 * Opens the journal of this process and begins to drain it, and those of dead processes beside it. While its directory
 * cannot be opened `journal:unavailable` is told, and it is tried again.
 */
export function ownJournal({ journal: options, tell: hear, createDrain }: OwnJournalOptions): OwnJournal {
  let opened: OpenedJournal | undefined
  let full = false
  let stopped = false
  const opening = keepTrying(open, REOPEN_MS)

  return {
    // The reason of a later attempt may be another, the state is the same: it is told once.
    firstAttempt: opening.first.then((error) => (error === undefined ? undefined : unavailable(error))),
    get opened() {
      return opened
    },
    get full() {
      return full
    },
    stopOpening() {
      stopped = true
      opening.stop()
      return opened
    },
  }

  async function open(): Promise<void> {
    const { dir, journal } = await openOwnJournal({ ...options, onEvent })
    if (stopped) return await journal.close()
    const adopter = new JournalAdopter({ journal: options, own: dir, createDrain, tell })
    opened = { journal, adopter, drain: createDrain(journal) }
    opened.drain.wake()
  }

  function onEvent(event: JournalEvent): void {
    if (event.name === 'journal:full') {
      full = true
      opened?.drain.hurry()
    } else if (event.name === 'journal:room') full = false
    tell(event)
  }

  function tell(event: JournalEvent | AdoptionEvent): void {
    hear({ ...event })
  }

  function unavailable(error: unknown): ConfigError {
    const { dir } = options
    hear({ name: 'journal:unavailable', dir, error })
    return new ConfigError(`The journal in ${dir} cannot be opened: ${(error as Error).message}.`, { cause: error })
  }
}

/** Lets the journals go. Resolves with how many records are left in them. */
export async function leaveJournals(opened: OpenedJournal | undefined, timeoutMs: number): Promise<number> {
  if (!opened) return 0
  const adopted = await withTimeout(timeoutMs, opened.adopter.stop(), () => 0)
  const left = adopted + opened.journal.size.waitingRecords
  await opened.journal.close()
  return left
}

interface Trying {
  /** Resolves when the first attempt has ended: with `undefined` when it succeeded, else with its error. */
  readonly first: Promise<unknown>
  stop(): void
}

/** Makes an attempt, and after one that failed the next, until one succeeds. */
function keepTrying(attempt: () => Promise<void>, pauseMs: number): Trying {
  const pause = new Pause()
  let stopped = false
  const first = attempt().then(
    () => undefined,
    (error: unknown) => {
      void again()
      return error
    },
  )
  return {
    first,
    stop() {
      stopped = true
      pause.end()
    },
  }

  async function again(): Promise<void> {
    for (let failed = true; failed && !stopped; ) {
      await pause.take(pauseMs, false)
      if (stopped) return
      failed = await attempt().then(
        () => false,
        () => true,
      )
    }
  }
}
