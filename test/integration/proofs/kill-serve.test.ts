import { expect, test } from '@jest/globals'
import { runKills } from './kill-serve.ts'

// The long version is in test/soak.
test('serve, killed under load at random moments, loses no call whose answer has arrived', async () => {
  const { lost, answered, rows, asked, exitCode } = await runKills({ kills: 3, fsync: 'always', mostAnswers: 300 })
  expect(lost).toEqual([])
  expect(answered).toBeGreaterThan(0)
  expect(rows).toBeGreaterThanOrEqual(answered)
  expect(rows).toBeLessThanOrEqual(asked)
  expect(exitCode).toBe(0)
})
