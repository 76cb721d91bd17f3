import type { JournalNotice } from '../events.ts'
import { messageOf } from './message-of.ts'

/** What the journal tells, as a line for people. */
export function journalText(notice: JournalNotice): string {
  return TEXTS[notice.name]?.(notice) ?? `The journal tells ${notice.name}`
}

const TEXTS: Readonly<Record<string, (notice: JournalNotice) => string>> = {
  'journal:unavailable': ({ dir, error }) =>
    `The journal in ${dir} cannot be opened, so spend logs wait in memory until it can: ${messageOf(error)}`,
  'journal:volatile': ({ dir, why }) => `The journal in ${dir} does not survive a reboot: ${why}`,
  'journal:adopted': ({ dir, records }) =>
    `A process has left ${records} spend logs in ${dir} and is gone: this process writes them`,
  'journal:torn': ({ bytes }) =>
    `The process before this one died while it wrote: ${bytes} bytes of the journal were cut`,
  'journal:corrupt': ({ segment, bytes, file }) =>
    `${bytes} bytes in ${segment} of the journal are damaged${file ? `; they are in ${file}` : ''}`,
  'journal:position-lost': () => 'The position in the journal was lost: all of it is written again, each call once',
  'journal:full': ({ bytes, maxBytes }) => `The journal is full: ${bytes} of ${maxBytes} bytes`,
  'journal:room': () => 'The journal has room again',
  'journal:drop': ({ records }) => `The journal has dropped ${records} spend logs`,
  'journal:fail': ({ operation, error }) => `The disk of the journal has refused (${operation}): ${messageOf(error)}`,
}
