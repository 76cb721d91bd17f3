import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { statementParts } from '../../../../src/ledger/write/spend-writer.ts'

const MEBI = 1 << 20
const record = (mebis: number) => ({ bytes: mebis * MEBI })
const lengths = (parts: readonly (readonly { bytes: number }[])[]) =>
  parts.map((part) => part.map(({ bytes }) => bytes / MEBI))

test('short records go in one statement, no records in none', () => {
  const records = Array.from({ length: 1_000 }, () => ({ bytes: 3_000 }))
  expect(statementParts(records)).toEqual([records])
  expect(statementParts([])).toEqual([])
})

test('a statement holds at most 8 MiB, or one record that is longer', () => {
  expect(lengths(statementParts([3, 4, 2, 6, 1, 9, 1].map(record)))).toEqual([[3, 4], [2, 6], [1], [9], [1]])
})

test('nothing is left out, and the order stays', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }), (mebis) => {
      const records = mebis.map(record)
      expect(statementParts(records).flat()).toEqual(records)
    }),
    { numRuns: 30 },
  )
})
