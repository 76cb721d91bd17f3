import { expect, test } from '@jest/globals'
import { addDuration, secondsOf } from '../../../src/admin/keys/key-limits.ts'

const NOW = new Date('2026-03-18T15:20:30.456Z')

test.each([
  ['0s', '2026-03-18T15:20:30.456Z'],
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

test.each(['1234567d', '', '30', 'd', 'x1d', '-1d', '1y'])('%j is no duration', (text) => {
  expect(secondsOf(text, NOW)).toBeUndefined()
})
