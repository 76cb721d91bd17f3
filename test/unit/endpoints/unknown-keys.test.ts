import { expect, test } from '@jest/globals'
import { RowEveryMinute } from '../../../src/endpoints/unknown-keys.ts'

test('an address has one row a minute, whatever others do', () => {
  const rows = new RowEveryMinute()
  expect([0, 1, 59_999, 60_000, 60_001].map((at) => rows.admits('a', at))).toEqual([true, false, false, true, false])
  expect(rows.admits('b', 60_001)).toBe(true)
})

test('of very many addresses the oldest are forgotten', () => {
  const rows = new RowEveryMinute()
  for (let at = 0; at < 10_001; at++) rows.admits(`a${at}`, 0)
  expect(rows.admits('a10000', 1)).toBe(false)
  expect(rows.admits('a0', 1)).toBe(true)
})
