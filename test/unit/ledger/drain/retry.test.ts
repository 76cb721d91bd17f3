import { expect, test } from '@jest/globals'
import { backoffMs } from '../../../../src/ledger/drain/retry.ts'

test('doubles from retryDelayMs', () => {
  const delays = [1, 2, 3, 4].map((failures) => backoffMs(failures, { retryDelayMs: 100 }, 1))
  expect(delays).toEqual([100, 200, 400, 800])
})

test('never exceeds 30 seconds, also after very many failures', () => {
  expect(backoffMs(5000, { retryDelayMs: 100 }, 1)).toBe(30_000)
})

test('jitter takes at most half', () => {
  expect(backoffMs(1, { retryDelayMs: 100 }, 0)).toBe(50)
})
