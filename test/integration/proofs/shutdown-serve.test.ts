import { expect, test } from '@jest/globals'
import { runShutdowns } from './shutdown-serve.ts'

// The long version is in test/soak/drills.ts.
test.each(['journal', 'memory', 'sync'] as const)(
  'serve, stopped under load at random moments, has a row for each call that its client saw, durability %s',
  async (durability) => {
    const { lost, wrong, whole, cut, exitCodes } = await runShutdowns({ shutdowns: 2, durability, mostCalls: 60 })
    expect(lost).toEqual([])
    expect(wrong).toEqual([])
    expect(whole).toBeGreaterThan(0)
    expect(cut).toBeGreaterThan(0)
    expect(exitCodes).toEqual([0, 0])
  },
)
