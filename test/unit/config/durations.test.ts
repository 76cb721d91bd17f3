import { describe, expect, test } from '@jest/globals'
import { parseDuration, parseSeconds } from '../../../src/config/durations.ts'

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['1.5s', 1_500],
    ['1h30m', 5_400_000],
    [' 20s ', 20_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each(['', '10', '-5s', '5 s', 's', '5x', '5S', '1h-30m', '1e3s'])('%j is no duration', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  )
})

describe('parseSeconds', () => {
  test.each([
    [600, 600_000],
    [0.5, 500],
    ['600', 600_000],
    ['10m', 600_000],
  ])('%j is %d ms', (value, ms) => expect(parseSeconds(value)).toBe(ms))

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '', 'soon'])('%j is no time', (value) =>
    expect(parseSeconds(value)).toBeUndefined(),
  )
})
