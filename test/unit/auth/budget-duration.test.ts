import { expect, test } from '@jest/globals'
import { durationEnd, durationStart, nextReset } from '../../../src/auth/budget-duration.ts'

test.each([
  ['1d', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['1d', '2026-02-16T00:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['7d', '2026-02-16T12:00:00Z', '2026-02-23T00:00:00.000Z'],
  ['7d', '2026-02-22T23:59:59Z', '2026-02-23T00:00:00.000Z'],
  ['30d', '2026-02-16T12:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['1mo', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
  ['3d', '2026-02-16T12:00:00Z', '2026-02-19T00:00:00.000Z'],
  ['2h', '2026-02-16T15:20:00Z', '2026-02-16T16:00:00.000Z'],
  ['2h', '2026-02-16T14:00:00Z', '2026-02-16T16:00:00.000Z'],
  ['1hr', '2026-02-16T14:10:00Z', '2026-02-16T15:00:00.000Z'],
  ['30m', '2026-02-16T14:10:00Z', '2026-02-16T14:30:00.000Z'],
  ['10s', '2026-02-16T14:10:01Z', '2026-02-16T14:10:10.000Z'],
  ['1w', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['nonsense', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['0d', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['99999999999d', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['2mo', '2026-03-18T15:20:30.456Z', '2026-05-01T00:00:00.000Z'],
  ['7d', '2026-03-23T00:00:00.000Z', '2026-03-30T00:00:00.000Z'],
  ['15s', '2026-03-18T15:20:30.456Z', '2026-03-18T15:20:45.000Z'],
])('a budget of %s at %s is reset at %s', (duration, now, reset) => {
  expect(nextReset(duration, new Date(now)).toISOString()).toBe(reset)
})

test.each([
  ['30s', '2026-02-16T12:00:30.000Z'],
  ['2h', '2026-02-16T14:00:00.000Z'],
  ['1w', '2026-02-23T12:00:00.000Z'],
  ['1mo', '2026-03-16T12:00:00.000Z'],
  ['nonsense', undefined],
])('%s from noon ends at %s', (duration, end) => {
  expect(durationEnd(duration, new Date('2026-02-16T12:00:00Z'))?.toISOString()).toBe(end)
})

test('a month from the last day of a long one ends on the last day of a short one', () => {
  expect(durationEnd('1mo', new Date('2026-01-31T00:00:00Z'))?.toISOString()).toBe('2026-02-28T00:00:00.000Z')
})

test.each([
  ['1d', '2026-02-17T00:00:00Z', '2026-02-16T00:00:00.000Z'],
  ['7d', '2026-02-23T00:00:00Z', '2026-02-16T00:00:00.000Z'],
  ['30d', '2026-03-01T00:00:00Z', '2026-02-01T00:00:00.000Z'],
  ['1mo', '2026-03-01T00:00:00Z', '2026-02-01T00:00:00.000Z'],
  ['2h', '2026-02-16T16:00:00Z', '2026-02-16T14:00:00.000Z'],
])('a budget of %s that is reset at %s began at %s', (duration, end, start) => {
  expect(durationStart(duration, new Date(end))?.toISOString()).toBe(start)
})

test('what lies beyond all years that are written with four digits is at their end', () => {
  const noon = new Date('2026-02-16T12:00:00Z')
  expect(nextReset('999999mo', noon).toISOString()).toBe('9999-12-31T00:00:00.000Z')
  expect(durationEnd('999999w', noon)?.toISOString()).toBe('9999-12-31T00:00:00.000Z')
  expect(durationStart('999999mo', noon)?.toISOString()).toBe('0001-01-01T00:00:00.000Z')
  expect(durationStart('999999w', noon)?.toISOString()).toBe('0001-01-01T00:00:00.000Z')
})
