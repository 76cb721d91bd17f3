import { expect, test } from '@jest/globals'
import { runLockOrder } from './lock-order.ts'

// The long version is in test/soak.
test('writers that charge the same owners in opposite order never deadlock', async () => {
  const { calls, rows, retries, drops } = await runLockOrder({ ms: 1_000, besideLiteLLM: false })
  expect(rows).toBe(calls)
  expect({ retries, drops }).toEqual({ retries: 0, drops: 0 })
})

test('beside a LiteLLM that updates the same rows in any order, every deadlock is survived', async () => {
  const { calls, rows, drops, updates } = await runLockOrder({ ms: 1_000, besideLiteLLM: true })
  expect(rows).toBe(calls)
  expect(drops).toBe(0)
  expect(updates).toBeGreaterThan(0)
})
