import { expect, test } from '@jest/globals'
import { runRandomRecords } from './random-records.ts'

// The long version is in test/soak.
test.each([
  { writers: 1, partitioned: false },
  { writers: 3, partitioned: false },
  { writers: 2, partitioned: true },
])(
  '$writers writers, cut lines, duplicates, any order, partitioned: $partitioned: every call is charged once',
  async ({ writers, partitioned }) => {
    const calls = 1_000
    const result = await runRandomRecords({ calls, writers, cuts: 10, seed: writers, database: { partitioned } })
    expect(result).toMatchObject({ exitCodes: Array(writers).fill(0), rows: calls, calls })
    expect(result.missing).toBeCloseTo(0, 9)
    expect(result.cuts).toBeGreaterThan(0)
  },
)
