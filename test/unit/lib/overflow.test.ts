import { expect, test } from '@jest/globals'
import { oldestBeyond } from '../../../src/lib/memoize.ts'

test('a map that holds no more than it may loses nothing', () => {
  expect(oldestBeyond(numbered(16), 16)).toEqual([])
  expect(oldestBeyond(new Map(), 0)).toEqual([])
})

test('of one that holds more, the oldest leave: what is too much, and an eighth more', () => {
  expect(oldestBeyond(numbered(17), 16)).toEqual([0, 1, 2])
  expect(oldestBeyond(numbered(3), 1)).toEqual([0, 1])
})

test('a map that is always full is looked through once in many additions', () => {
  let looks = 0
  class Counted extends Map<number, number> {
    override keys() {
      looks++
      return super.keys()
    }
  }
  const map = new Counted()
  for (let i = 0; i < 9_000; i++) {
    map.set(i, i)
    for (const key of oldestBeyond(map, 1_000)) map.delete(key)
  }
  expect(looks).toBe(64)
  expect([map.size <= 1_000, map.has(8_999), map.has(8_125)]).toEqual([true, true, true])
})

function numbered(count: number): Map<number, number> {
  return new Map(Array.from({ length: count }, (_, i) => [i, i]))
}
