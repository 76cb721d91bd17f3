import { expect, test } from '@jest/globals'
import { runOutage } from './outage.ts'

// The long version is in test/soak.
test.each(['journal', 'memory'] as const)(
  'PostgreSQL is stopped under load and started again: no call fails, none is lost (%s)',
  async (durability) => {
    const { statuses, rows, waited, after } = await runOutage({ durability, outageMs: 1_500 })
    expect(Object.keys(statuses)).toEqual(['200'])
    expect(waited).toBeGreaterThan(0)
    expect(rows).toBe(statuses[200])
    expect(after).toMatchObject({ queued: 0, unsettledDollars: 0, dropped: {}, written: rows })
  },
)
