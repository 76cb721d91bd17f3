import { expect, test } from '@jest/globals'
import { pickAny, pickLowest, pickWeighted } from '../../../../../src/models/routing/strategies/pick.ts'

const ALMOST_ONE = 1 - Number.EPSILON / 2

test.each([
  [0, 'a'],
  [0.34, 'b'],
  [ALMOST_ONE, 'c'],
])('any: %f of the way is %s', (random, item) => {
  expect(pickAny(['a', 'b', 'c'], () => random)).toBe(item)
})

test.each([
  [0, 'b'],
  [0.74, 'b'],
  [0.76, 'd'],
  [ALMOST_ONE, 'd'],
])('weighted 0, 3, 0, 1, -5: %f of the way is %s', (random, item) => {
  const weights: Record<string, number> = { a: 0, b: 3, c: 0, d: 1, e: -5 }
  expect(
    pickWeighted(
      Object.keys(weights),
      (name) => weights[name]!,
      () => random,
    ),
  ).toBe(item)
})

test.each([[[0, 0]], [[Number.NaN, 1]], [[-1, -1]]])('weights %j that say nothing leave it to chance', (weights) => {
  expect(
    pickWeighted(
      [0, 1],
      (index) => weights[index]!,
      () => 0.9,
    ),
  ).toBe(1)
})

test('lowest: among equals by chance', () => {
  const scores: Record<string, number> = { a: 2, b: 1, c: 1 }
  const pick = (random: number) =>
    pickLowest(
      Object.keys(scores),
      (name) => scores[name]!,
      () => random,
    )
  expect([pick(0), pick(0.9)]).toEqual(['b', 'c'])
})
