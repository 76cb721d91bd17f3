import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { WrittenSpend } from '../../../../src/admission/budgets/unwritten-spend.ts'

test('since any time, and after forgetting, it says what adding all up says', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(3), cost: fc.integer({ min: 1, max: 100 }) }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.nat(60), fc.nat(200), (steps, forgetAt, time) => {
      const written = new WrittenSpend()
      const known: { at: number; cost: number }[] = []
      let at = 0
      for (const [index, { afterMs, cost }] of steps.entries()) {
        at += afterMs
        written.add(cost, at)
        known.push({ at, cost })
        if (index === forgetAt) written.forget(Math.min(time, at))
      }
      const expected = known.reduce((sum, entry) => sum + (entry.at >= time ? entry.cost : 0), 0)
      expect(written.since(time)).toBe(expected)
    }),
  )
})

test('everything forgotten is nothing', () => {
  const written = new WrittenSpend()
  written.add(0.1, 1)
  written.add(0.2, 2)
  expect([written.since(0), written.since(2), written.since(3), written.empty]).toEqual([
    expect.closeTo(0.3, 12),
    expect.closeTo(0.2, 12),
    0,
    false,
  ])
  written.forget(3)
  expect([written.since(0), written.empty]).toEqual([0, true])
})
