import type { DeadLetterInfo } from './journal/dead-letters.ts'
import type { OwnJournal } from './own-journal.ts'

/** Records that were set aside because they can never be delivered, and the way back into their queue. */
export interface SetAside {
  /** Oldest record first. */
  list(): Promise<readonly DeadLetterInfo[]>
  /**
   * Appends the record to its queue again, then forgets the letter. A crash in between leaves both: a call is charged
   * once all the same. `false`: there is no such letter, or no room for it. Rejects with `corrupt` when it is damaged.
   */
  requeue(id: string): Promise<boolean>
}

/** The dead letters of a journal. `onRequeue` hears of a record before it waits again, and what it returns when it does not. */
export function setAsideOf(own: OwnJournal, onRequeue: (payload: Buffer) => () => void = () => () => {}): SetAside {
  return {
    list: async () => (await own.opened?.journal.deadLetters.list()) ?? [],
    async requeue(id) {
      const { opened } = own
      const letter = await opened?.journal.deadLetters.get(id)
      if (!opened || !letter) return false
      const forget = onRequeue(letter.payload)
      const isAppended = await opened.journal.append(letter.payload).catch((error: unknown) => {
        forget()
        throw error
      })
      if (!isAppended) {
        forget()
        return false
      }
      opened.drain.wake()
      await opened.journal.deadLetters.remove(id)
      return true
    },
  }
}
