import { crc32 } from 'node:zlib'
import type { JournalRecord } from './journal-error.ts'

/*
 * A dead letter's file is the CRC-32 of the rest in hex, a space, one line of JSON about the letter, and the payload as
 * it was.
 */

export interface DeadLetterReason {
  readonly sqlstate?: string
  /** For people. No secrets. */
  readonly reason: string
}

export interface DeadLetterInfo extends DeadLetterReason {
  readonly id: string
  /** Milliseconds since the epoch: of the append, and of being set aside. 0 when the letter is corrupt. */
  readonly appendedAt: number
  readonly deadAt: number
  /** Of the whole file. */
  readonly bytes: number
  /** The file does not match its checksum. `get` refuses it; `remove` works. */
  readonly corrupt: boolean
}

export interface DeadLetter extends DeadLetterInfo {
  readonly payload: Buffer
}

/** "<sequence>-<checksum of time and payload>": the same record always gets the same name. */
export const ID = /^\d{15}-[0-9a-f]{8}$/

export function idOf({ sequence, appendedAt, payload }: JournalRecord): string {
  return `${String(sequence).padStart(15, '0')}-${hex(crc32(payload, crc32(String(appendedAt))))}`
}

/** The file of a letter. */
export function toLetter(
  { payload }: JournalRecord,
  about: DeadLetterReason & Pick<DeadLetterInfo, 'appendedAt' | 'deadAt'>,
): Buffer {
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), payload])
  return Buffer.concat([Buffer.from(`${hex(crc32(body))} `), body])
}

/** Whatever the file holds; what does not match its checksum is `corrupt`. */
export function parseLetter(id: string, file: Buffer): DeadLetter {
  const body = file.subarray(9)
  if (file.toString('latin1', 0, 9) !== `${hex(crc32(body))} `) {
    const reason = 'unreadable: does not match its checksum'
    return { id, reason, appendedAt: 0, deadAt: 0, bytes: file.length, corrupt: true, payload: body }
  }
  const end = body.indexOf('\n')
  const about = JSON.parse(body.toString('utf8', 0, end)) as DeadLetterReason & { appendedAt: number; deadAt: number }
  return { ...about, id, bytes: file.length, corrupt: false, payload: body.subarray(end + 1) }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
