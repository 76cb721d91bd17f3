import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { UnwrittenSpend } from '../../../../src/admission/budgets/unwritten-spend.ts'

const at = (ms: number) => new Date(ms)

test('a charge counts until it is written', () => {
  const spend = setup()
  spend.charge('c', ['a', 'b'], 2, at(10))
  expect(spend.of('a', at(20))).toBe(2)
  expect(spend.of('b', at(20))).toBe(2)
  spend.written(['c'], at(30))
  expect(spend.of('a', at(31))).toBe(0)
})

test('a row that was read before the charge was written does not have it', () => {
  const spend = setup()
  spend.charge('c', ['a'], 2, at(10))
  spend.written(['c'], at(30))
  expect(spend.of('a', at(29))).toBe(2)
  expect(spend.of('a', at(30))).toBe(2)
})

test('rows of different age are told apart', () => {
  const spend = setup()
  spend.charge('1', ['a'], 1, at(0))
  spend.charge('2', ['a'], 2, at(0))
  spend.charge('3', ['a'], 4, at(0))
  spend.written(['1'], at(10))
  spend.written(['2'], at(20))
  expect([5, 15, 25].map((readAt) => spend.of('a', at(readAt)))).toEqual([7, 6, 4])
})

test('one call is charged and written once', () => {
  const spend = setup()
  spend.charge('c', ['a'], 2, at(0))
  spend.charge('c', ['a'], 2, at(0))
  expect(spend.of('a')).toBe(2)
  spend.written(['c', 'c', 'unknown'], at(10))
  spend.written(['c'], at(20))
  expect(spend.of('a', at(11))).toBe(0)
  expect(spend.of('a', at(9))).toBe(2)
})

test.each([0, -1, Number.NaN])('a cost of %p is no charge', (cost) => {
  const spend = setup()
  spend.charge('c', ['a'], cost, at(0))
  expect(spend.size).toEqual({ counters: 0, calls: 0 })
})

test('what no row can be older than is forgotten', () => {
  const spend = setup({ rowsLiveMs: 100 })
  for (let i = 0; i < 1000; i++) {
    spend.charge(`${i}`, [`counter ${i}`], 1, at(i))
    spend.written([`${i}`], at(i))
  }
  expect(spend.size.counters).toBeLessThanOrEqual(202)
  expect(spend.of('counter 999', at(0))).toBe(1)
})

test('a sink that never says what it has written does not fill the memory', () => {
  const spend = setup({ maxCharges: 10 })
  for (let i = 0; i < 100; i++) spend.charge(`${i}`, ['a'], 1, at(i))
  expect(spend.size.calls).toBe(10)
  expect(spend.of('a', at(1000))).toBe(10)
})

test('a row and what is added to it are never less than what was spent, and exact without overlap', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('charge' as const), cost: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constant('write' as const), overlap: fc.boolean() }),
    fc.record({ do: fc.constant('read' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const spend = setup()
      let now = 0
      let spent = 0
      let stored = 0
      let open: [id: string, cost: number][] = []
      let row = { spend: 0, readAt: at(now), doubtful: 0 }
      for (const [index, move] of steps.entries()) {
        now += 10
        if (move.do === 'charge') {
          open.push([`${index}`, move.cost])
          spent += move.cost
          spend.charge(`${index}`, ['a'], move.cost, at(now))
        } else if (move.do === 'write') {
          const sum = open.reduce((total, [, cost]) => total + cost, 0)
          stored += sum
          // The row is read after the database has the batch and before this process knows it.
          if (move.overlap) row = { spend: stored, readAt: at(now + 1), doubtful: sum }
          spend.written(
            open.map(([id]) => id),
            at(now + 2),
          )
          open = []
        } else {
          row = { spend: stored, readAt: at(now), doubtful: 0 }
        }
        expect(row.spend + spend.of('a', row.readAt)).toBe(spent + row.doubtful)
      }
    }),
  )
})

function setup(options: Partial<ConstructorParameters<typeof UnwrittenSpend>[0]> = {}) {
  return new UnwrittenSpend({ rowsLiveMs: 1_000_000, maxCharges: 1000, ...options })
}
