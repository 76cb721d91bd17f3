import { expect, test } from '@jest/globals'
import {
  booleanOf,
  millisecondsOf,
  numberOf,
  objectOf,
  policyOf,
} from '../../../../src/models/routing/setting-values.ts'

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

test('only a boolean is one', () => {
  expect([booleanOf(false), booleanOf('false'), booleanOf(1)]).toEqual([false, undefined, undefined])
})

test('a policy keeps its numbers, and is none without any', () => {
  expect(policyOf({ TimeoutErrorRetries: '3', RateLimitErrorRetries: null, BadRequestErrorRetries: 0 })).toEqual({
    TimeoutErrorRetries: 3,
    BadRequestErrorRetries: 0,
  })
  expect([policyOf({}), policyOf([1]), policyOf('x'), policyOf(null)]).toEqual(Array(4).fill(undefined))
})

test('what is not an object is an empty one', () => {
  expect([objectOf(null), objectOf([1]), objectOf('x')]).toEqual([{}, {}, {}])
})
