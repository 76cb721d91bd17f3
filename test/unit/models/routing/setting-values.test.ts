import { expect, test } from '@jest/globals'
import { millisecondsOf, numberOf } from '../../../../src/models/routing/setting-values.ts'

test.each([
  [3, 3],
  ['2.5', 2.5],
  [0, 0],
  [-1, undefined],
  ['', undefined],
  [' ', undefined],
  ['many', undefined],
  [Number.NaN, undefined],
  [true, undefined],
  [null, undefined],
  [[1], undefined],
])('%p is the number %p', (value, number) => {
  expect(numberOf(value)).toBe(number)
})

test('seconds become milliseconds, and 0 stays a value', () => {
  expect([millisecondsOf(0), millisecondsOf('0.5'), millisecondsOf(-1)]).toEqual([0, 500, undefined])
})
