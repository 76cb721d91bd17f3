import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scanRecords } from '../../../../src/ledger/journal/load-segment.ts'
import { encodeRecords } from '../../../../src/ledger/journal/record-format.ts'

const SALT = 0x5a17c0de
const BOUNDS = { salt: SALT, base: 9, before: 1000 }

function segmentOf(payloads: readonly (string | Uint8Array)[], salt = SALT) {
  const group = payloads.map((payload, i) => ({ payload, payloadBytes: Buffer.byteLength(payload), appendedAt: i }))
  return encodeRecords(group, 10, salt)
}

test('what was written is what is scanned, number and time included', () => {
  const { bytes, records } = segmentOf(['one', '', 'drei €', Buffer.from([0, 255])])
  expect(scanRecords(bytes, BOUNDS)).toEqual({ records, bad: [] })
  expect(records.map(({ sequence }) => sequence)).toEqual([10, 11, 12, 13])
})

test('cut at any byte, exactly the whole records before the cut are found', () => {
  const { bytes, records } = segmentOf(['first', 'second', '', 'fourth'])
  for (let cut = 0; cut <= bytes.length; cut++) {
    const whole = records.filter(({ payload }) => payload.byteOffset + payload.length - bytes.byteOffset <= cut)
    expect(scanRecords(bytes.subarray(0, cut), BOUNDS).records).toEqual(whole)
  }
})

test('one flipped bit anywhere costs one record and no other', () => {
  const { bytes, records } = segmentOf(['first', 'second', 'third'])
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    const found = scanRecords(damaged, BOUNDS)
    expect(found.records).toHaveLength(2)
    expect(records).toEqual(expect.arrayContaining(found.records))
  }
})

test('whatever is done to the bytes, no record is invented and every byte is accounted for', () => {
  const damage = fc.array(
    fc.record({ at: fc.nat(400), remove: fc.nat(60), insert: fc.uint8Array({ maxLength: 60 }) }),
    { minLength: 1, maxLength: 4 },
  )
  const { bytes, records } = segmentOf(Array.from({ length: 10 }, (_, i) => `record ${i}`))
  fc.assert(
    fc.property(damage, (steps) => {
      let damaged: Buffer = bytes
      for (const { at, remove, insert } of steps) {
        damaged = Buffer.concat([damaged.subarray(0, at), insert, damaged.subarray(at + remove)])
      }
      const { records: found, bad } = scanRecords(damaged, BOUNDS)
      expect(records).toEqual(expect.arrayContaining(found))
      const covered = found.reduce((sum, { payload }) => sum + 24 + payload.length, 0)
      expect(bad.reduce((sum, { start, end }) => sum + end - start, covered)).toBe(damaged.length)
    }),
    { numRuns: 500 },
  )
})

test('a payload that holds the bytes of a record is not taken for one when its own header is damaged', () => {
  const planted = segmentOf(['planted'], 0).bytes
  const { bytes, records } = segmentOf([planted, 'next'])
  bytes[3]! ^= 1
  expect(scanRecords(bytes, BOUNDS).records).toEqual([records[1]])
})

test('a header planted in a payload cannot make the records behind it look old', () => {
  const planted = encodeRecords([{ payload: '', payloadBytes: 0, appendedAt: 0 }], 500, 0).bytes
  const { bytes, records } = segmentOf([planted, 'next'])
  bytes[3]! ^= 1
  expect(scanRecords(bytes, BOUNDS)).toEqual({ records: [records[1]], bad: [{ start: 0, end: 48 }] })
})

test('records of a number that belongs to the next segment are left over from a failed write, and not read', () => {
  const { bytes, records } = segmentOf(['kept', 'failed', 'failed too'])
  expect(scanRecords(bytes, { ...BOUNDS, before: 11 }).records).toEqual([records[0]])
})

test('a record that appears twice is read once', () => {
  const { bytes, records } = segmentOf(['once'])
  expect(scanRecords(Buffer.concat([bytes, bytes]), BOUNDS).records).toEqual(records)
})
