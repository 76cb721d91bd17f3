import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { durationEnd, durationStart, nextReset } from '../../../../src/admission/facts/budget-duration.ts'
import { timeZoneOf, UTC, ZonedDate } from '../../../../src/admission/facts/time-zone.ts'

const zoned = (moment: string, zone: string) => new ZonedDate(new Date(moment), timeZoneOf(zone))

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
  ['1w', '2026-02-16T12:00:00Z', '2026-02-23T00:00:00.000Z'],
  ['2w', '2026-02-16T12:00:00Z', '2026-03-02T00:00:00.000Z'],
  ['weekly', '2026-02-18T12:00:00Z', '2026-02-23T00:00:00.000Z'],
  ['Daily', '2026-02-16T12:00:00Z', '2026-02-17T00:00:00.000Z'],
  [' monthly ', '2026-02-16T12:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['hourly', '2026-02-16T12:10:00Z', '2026-02-16T13:00:00.000Z'],
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

test.each([
  ['1d', 'Europe/Berlin', '2026-02-16T22:59:59Z', '2026-02-16T23:00:00.000Z'],
  ['1d', 'Europe/Berlin', '2026-02-16T23:00:00Z', '2026-02-17T23:00:00.000Z'],
  ['1d', 'America/New_York', '2026-02-17T04:59:59Z', '2026-02-17T05:00:00.000Z'],
  ['1d', 'Asia/Kolkata', '2026-02-16T12:00:00Z', '2026-02-16T18:30:00.000Z'],
  ['7d', 'Asia/Tokyo', '2026-02-22T14:59:59Z', '2026-02-22T15:00:00.000Z'],
  ['30d', 'America/New_York', '2026-03-01T04:00:00Z', '2026-03-01T05:00:00.000Z'],
  ['1mo', 'Europe/Berlin', '2026-03-31T21:59:59Z', '2026-03-31T22:00:00.000Z'],
  ['2h', 'Asia/Kolkata', '2026-02-16T12:00:00Z', '2026-02-16T12:30:00.000Z'],
  // Clocks go forward on 29 March and back on 25 October: days of 23 and of 25 hours.
  ['1d', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29T22:00:00.000Z'],
  ['1d', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-25T23:00:00.000Z'],
  // 2:30 comes twice that night, and once it does not come at all.
  ['30m', 'Europe/Berlin', '2026-10-25T00:20:00Z', '2026-10-25T00:30:00.000Z'],
  ['30m', 'Europe/Berlin', '2026-10-25T01:20:00Z', '2026-10-25T01:30:00.000Z'],
  ['30m', 'Europe/Berlin', '2026-03-29T00:50:00Z', '2026-03-29T01:00:00.000Z'],
  // A midnight that does not come: Beirut goes from 0:00 to 1:00.
  ['1d', 'Asia/Beirut', '2026-03-28T12:00:00Z', '2026-03-28T22:00:00.000Z'],
])('a budget of %s in %s at %s is reset at %s', (duration, zone, now, reset) => {
  expect(nextReset(duration, zoned(now, zone)).toISOString()).toBe(reset)
})

const NOON = 12 * 3_600_000
const SUNDAY = 0

test.each([
  // Before the time of reset has come, today's is the next one.
  ['1d', { resetsAtMs: NOON }, '2026-02-16T11:59:59Z', '2026-02-16T12:00:00.000Z'],
  ['1d', { resetsAtMs: NOON }, '2026-02-16T12:00:00Z', '2026-02-17T12:00:00.000Z'],
  ['7d', { resetsAtMs: NOON }, '2026-02-16T11:00:00Z', '2026-02-16T12:00:00.000Z'],
  ['7d', { resetsAtMs: NOON }, '2026-02-16T12:00:00Z', '2026-02-23T12:00:00.000Z'],
  ['1w', { resetsAtMs: NOON }, '2026-02-18T12:00:00Z', '2026-02-23T12:00:00.000Z'],
  ['30d', { resetsAtMs: NOON }, '2026-03-01T11:00:00Z', '2026-03-01T12:00:00.000Z'],
  ['30d', { resetsAtMs: NOON }, '2026-03-01T12:00:00Z', '2026-04-01T12:00:00.000Z'],
  ['1mo', { resetsAtMs: NOON }, '2026-12-01T11:00:00Z', '2026-12-01T12:00:00.000Z'],
  ['1mo', { resetsAtMs: NOON }, '2026-12-01T13:00:00Z', '2027-01-01T12:00:00.000Z'],
  // Other numbers of days are counted from today, also before the time of reset.
  ['3d', { resetsAtMs: NOON }, '2026-02-16T11:00:00Z', '2026-02-19T12:00:00.000Z'],
  ['3d', { resetsAtMs: NOON }, '2026-02-16T13:00:00Z', '2026-02-19T12:00:00.000Z'],
  // Hours and less have no time of day, and what cannot be read is reset at midnight.
  ['24h', { resetsAtMs: NOON }, '2026-02-16T11:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['2h', { resetsAtMs: NOON + 1_800_000 }, '2026-02-16T11:00:00Z', '2026-02-16T12:00:00.000Z'],
  ['nonsense', { resetsAtMs: NOON }, '2026-02-16T11:00:00Z', '2026-02-17T00:00:00.000Z'],
  ['7d', { weekBeginsOn: SUNDAY }, '2026-02-16T11:00:00Z', '2026-02-22T00:00:00.000Z'],
  ['7d', { weekBeginsOn: SUNDAY }, '2026-02-22T00:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['7d', { weekBeginsOn: SUNDAY, resetsAtMs: NOON }, '2026-02-22T11:00:00Z', '2026-02-22T12:00:00.000Z'],
  ['1d', { weekBeginsOn: SUNDAY }, '2026-02-16T11:00:00Z', '2026-02-17T00:00:00.000Z'],
])('a budget of %s with %j at %s is reset at %s', (duration, calendar, now, reset) => {
  expect(nextReset(duration, new ZonedDate(new Date(now), { ...UTC, ...calendar })).toISOString()).toBe(reset)
})

test('the time of reset is one of the zone, on days of 23 hours too', () => {
  const zone = { ...timeZoneOf('Europe/Berlin')!, resetsAtMs: NOON }
  expect(nextReset('1d', new ZonedDate(new Date('2026-03-29T00:30:00Z'), zone)).toISOString()).toBe(
    '2026-03-29T10:00:00.000Z',
  )
})

test.each([
  ['1d', '2026-02-16T12:00:00.000Z', '2026-02-15T12:00:00.000Z'],
  ['30d', '2026-03-01T12:00:00.000Z', '2026-02-01T12:00:00.000Z'],
])('a budget of %s that is reset at noon, at %s, began at %s', (duration, end, start) => {
  const zone = { ...UTC, resetsAtMs: NOON }
  expect(durationStart(duration, new ZonedDate(new Date(end), zone))?.toISOString()).toBe(start)
})

test.each([
  ['1d', 'Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-28T23:00:00.000Z'],
  ['7d', 'Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-22T23:00:00.000Z'],
  ['30d', 'Europe/Berlin', '2026-03-31T22:00:00Z', '2026-02-28T23:00:00.000Z'],
  ['1mo', 'America/New_York', '2026-12-01T05:00:00Z', '2026-11-01T04:00:00.000Z'],
  ['2h', 'Europe/Berlin', '2026-03-29T02:00:00Z', '2026-03-29T00:00:00.000Z'],
])('a budget of %s in %s that is reset at %s began at %s', (duration, zone, end, start) => {
  expect(durationStart(duration, zoned(end, zone))?.toISOString()).toBe(start)
})

test('the next reset lies ahead, whatever the clocks of the zone do', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Beirut',
    'America/St_Johns',
    'Asia/Kathmandu',
  ]
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      fc.constantFrom(...zones),
      fc.constantFrom('10s', '30m', '1h', '5h', '1d', '7d', '30d', '1mo'),
      (now, zone, duration) => {
        const reset = nextReset(duration, zoned(now.toISOString(), zone))
        expect(reset > now).toBe(true)
        expect(durationStart(duration, new ZonedDate(reset, timeZoneOf(zone)))! < reset).toBe(true)
      },
    ),
  )
})

test('a name that is no zone is none', () => {
  expect([timeZoneOf('Mars/Olympus'), timeZoneOf(''), timeZoneOf('UTC')?.name]).toEqual([undefined, undefined, 'UTC'])
})
