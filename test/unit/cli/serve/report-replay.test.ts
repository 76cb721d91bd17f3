import { expect, jest, test } from '@jest/globals'
import { reportReplay } from '../../../../src/cli/serve/report-replay.ts'

/** A ledger that writes `perLook` calls between two looks. */
function setup(queued: number, perLook = 10) {
  jest.useFakeTimers()
  const [lines, shown]: string[][] = [[], []]
  let written = 3
  const gauges = () => ({
    queued,
    written,
    oldestMs: 0,
    unsettledDollars: 0,
    journalBytes: 0,
    retried: 0,
    quarantined: 0,
    dropped: {},
  })
  const end = reportReplay(
    { spend: gauges },
    { warn: (line) => void lines!.push(line), status: (text) => void shown!.push(text) },
  )
  const look = () => {
    written += perLook
    jest.advanceTimersByTime(200)
  }
  return { lines: lines!, shown: shown!, look, end }
}

test('nothing is said of an empty journal', () => {
  const { lines, shown, look } = setup(0)
  look()
  expect([lines, shown]).toEqual([[], []])
})

test('what an earlier process left is counted until it is written', () => {
  const { lines, shown, look } = setup(25)
  for (let n = 0; n < 5; n++) look()
  expect(lines).toEqual([
    '25 spend logs that an earlier process left in the journal are being written',
    'The spend logs of the earlier process are written',
  ])
  expect(shown).toEqual([
    '10 of 25: spend logs of the journal',
    '20 of 25: spend logs of the journal',
    '25 of 25: spend logs of the journal',
    '',
  ])
})

test('a process that stops says no more', () => {
  const { lines, shown, look, end } = setup(25)
  look()
  end()
  look()
  expect(lines).toHaveLength(1)
  expect(shown).toEqual(['10 of 25: spend logs of the journal', ''])
})
