import { crc32 } from 'node:zlib'
import type { JournalRecord } from './journal.ts'

/*
 * The files of a journal directory
 *
 *   lock                                 who owns the directory (directory-lock.ts)
 *   position                             what is acknowledged (position-file.ts)
 *   <base>-<salt>.v1.log                 segments, oldest first in name order (segment-name.ts)
 *   <segment>.<offset>-<length>.corrupt  bytes that were no records (load-segment.ts)
 *   dead-letters/<id>.letter             records set aside (dead-letters.ts)
 *
 * A segment is nothing but records, one after the other. Numbers are big-endian.
 *
 *    0  u32  length of the payload
 *    4  u48  sequence number
 *   10  u48  time of the append, milliseconds since the epoch
 *   16  u32  CRC-32 of the payload, seeded with the segment's salt
 *   20  u32  CRC-32 of the 20 bytes before, seeded with the segment's salt
 *   24       payload
 *
 * The header has a checksum of its own so that a damaged payload does not hide where the next record starts. The salt is
 * random: a payload that holds the bytes of a record (a client may send anything) is never taken for one.
 */

export const HEADER_BYTES = 24
export const MAX_PAYLOAD_BYTES = 0xffffffff
export const MAX_SEQUENCE = 2 ** 48 - 1

/** A record on its way into a segment. */
export interface NewRecord {
  readonly payload: string | Uint8Array
  /** Of the payload, in UTF-8. */
  readonly payloadBytes: number
  readonly appendedAt: number
}

export interface Header {
  readonly payloadBytes: number
  readonly sequence: number
  readonly appendedAt: number
  readonly payloadCrc: number
}

export interface Encoded {
  readonly bytes: Buffer
  /** Their payloads are views of `bytes`. */
  readonly records: JournalRecord[]
}

/** The records as they are written, numbered from `firstSequence`. */
export function encodeRecords(group: readonly NewRecord[], firstSequence: number, salt: number): Encoded {
  const bytes = Buffer.allocUnsafeSlow(group.reduce((sum, record) => sum + recordBytes(record.payloadBytes), 0))
  const records: JournalRecord[] = []
  let offset = 0
  for (const record of group) {
    const sequence = firstSequence + records.length
    const start = offset + HEADER_BYTES
    const payload = bytes.subarray(start, start + record.payloadBytes)
    if (typeof record.payload === 'string') payload.write(record.payload, 'utf8')
    else payload.set(record.payload)
    bytes.writeUInt32BE(record.payloadBytes, offset)
    bytes.writeUIntBE(sequence, offset + 4, 6)
    bytes.writeUIntBE(record.appendedAt, offset + 10, 6)
    bytes.writeUInt32BE(crc32(payload, salt), offset + 16)
    bytes.writeUInt32BE(crc32(bytes.subarray(offset, offset + 20), salt), offset + 20)
    records.push({ sequence, appendedAt: record.appendedAt, payload })
    offset = start + record.payloadBytes
  }
  return { bytes, records }
}

/** The header at `offset`, or `undefined` when there is none that is sound. */
export function readHeader(bytes: Buffer, offset: number, salt: number): Header | undefined {
  if (offset + HEADER_BYTES > bytes.length) return undefined
  if (bytes.readUInt32BE(offset + 20) !== crc32(bytes.subarray(offset, offset + 20), salt)) return undefined
  return {
    payloadBytes: bytes.readUInt32BE(offset),
    sequence: bytes.readUIntBE(offset + 4, 6),
    appendedAt: bytes.readUIntBE(offset + 10, 6),
    payloadCrc: bytes.readUInt32BE(offset + 16),
  }
}

/** What a payload occupies in a segment. */
export function recordBytes(payloadBytes: number): number {
  return HEADER_BYTES + payloadBytes
}
