import { expect, test } from '@jest/globals'
import { addDuration, budgetResetAt, secondsOf } from '../../../src/admin/durations.ts'

const NOW = new Date('2026-03-18T15:20:30.456Z')

test.each([
  ['1d', '2026-03-19T00:00:00.000Z', 'a day ends at midnight'],
  ['7d', '2026-03-23T00:00:00.000Z', 'seven days end on Monday'],
  ['30d', '2026-04-01T00:00:00.000Z', 'thirty days end with the month'],
  ['1mo', '2026-04-01T00:00:00.000Z', 'a month ends on the first of the next'],
  ['2mo', '2026-05-01T00:00:00.000Z', 'two months as well'],
  ['3d', '2026-03-21T00:00:00.000Z', 'other numbers of days count from midnight'],
  ['2h', '2026-03-18T16:00:00.000Z', 'hours end at multiples from midnight'],
  ['30m', '2026-03-18T15:30:00.000Z', 'minutes too'],
  ['15s', '2026-03-18T15:20:45.000Z', 'seconds too'],
  ['1w', '2026-03-19T00:00:00.000Z', 'weeks are not known to the calendar'],
  ['soon', '2026-03-19T00:00:00.000Z', 'what is no duration ends at midnight'],
  ['0d', '2026-03-19T00:00:00.000Z', 'nothing ends at midnight'],
])('a budget of %s starts anew at %s: %s', (duration, at) => {
  expect(budgetResetAt(NOW, duration).toISOString()).toBe(at)
})

test.each([
  ['2026-03-18T14:00:00.000Z', '2h', '2026-03-18T16:00:00.000Z'],
  ['2026-03-23T00:00:00.000Z', '7d', '2026-03-30T00:00:00.000Z'],
  ['2026-03-22T23:59:59.999Z', '7d', '2026-03-23T00:00:00.000Z'],
  ['2026-12-31T10:00:00.000Z', '1mo', '2027-01-01T00:00:00.000Z'],
])('at %s exactly, a budget of %s starts anew at %s', (now, duration, at) => {
  expect(budgetResetAt(new Date(now), duration).toISOString()).toBe(at)
})

test.each([
  ['30s', '2026-03-18T15:21:00.456Z'],
  ['1hr', '2026-03-18T16:20:30.456Z'],
  ['2w', '2026-04-01T15:20:30.456Z'],
  ['1mo', '2026-04-18T15:20:30.456Z'],
])('%s from now is %s', (duration, at) => {
  expect(addDuration(NOW, duration)?.toISOString()).toBe(at)
})

test('a month from the 31st is the last day of a shorter month', () => {
  expect(addDuration(new Date('2026-01-31T00:00:00Z'), '1mo')?.toISOString()).toBe('2026-02-28T00:00:00.000Z')
})

test.each(['', '30', 'd', 'x1d', '-1d', '1y'])('%j is no duration', (text) => {
  expect(secondsOf(text, NOW)).toBeUndefined()
})
