import { expect, test } from '@jest/globals'
import type { Journal, JournalRecord } from '../../../src/ledger/journal/journal.ts'
import { JournalSource, type SettledBatch } from '../../../src/ledger/spend-drain.ts'

/** A journal in memory, with as many records. */
function setup(count: number) {
  const records = Array.from({ length: count }, (_, n) => ({ sequence: n + 1 }) as JournalRecord)
  let position = 0
  let saved: Promise<void> = Promise.resolve()
  const journal = {
    get size() {
      return { bytes: 0, waitingRecords: records.length - position, oldestWaitingMs: 0 }
    },
    async read(most: number) {
      const found = records.slice(position, position + most)
      return { records: found, position: found.at(-1)?.sequence ?? position }
    },
    acknowledge(to: number) {
      position = to
      return saved
    },
  } as unknown as Journal
  const quarantined: JournalRecord[] = []
  const settled: SettledBatch[] = []
  const source = new JournalSource({
    journal,
    quarantine: async (record) => void quarantined.push(record),
    onSettle: (batch) => settled.push(batch),
  })
  const failSave = () => {
    saved = Promise.reject(new Error('the disk is full'))
  }
  return {
    source,
    quarantined,
    settled,
    failSave,
    sequences: (all: readonly JournalRecord[]) => all.map((r) => r.sequence),
  }
}

test('a batch is acknowledged when each of its records is written or quarantined', async () => {
  const { source, settled, quarantined, sequences } = setup(5)
  const batch = await source.head(4)
  await source.written(batch.slice(0, 2))
  expect([source.waiting, source.settled, settled]).toEqual([5, 0, []])
  await source.refused(batch[2]!, new Error('bad'))
  expect([source.waiting, source.settled]).toEqual([5, 0])
  await source.written(batch.slice(3))
  expect([source.waiting, source.settled]).toEqual([1, 4])
  expect(settled).toHaveLength(1)
  expect(sequences(settled[0]!.written)).toEqual([1, 2, 4])
  expect(sequences(settled[0]!.quarantined)).toEqual([3])
  expect(sequences(quarantined)).toEqual([3])
})

test('what was read and not settled is read again, from its beginning', async () => {
  const { source, settled, sequences } = setup(3)
  const first = await source.head(10)
  await source.written(first.slice(0, 2))
  const second = await source.head(10)
  expect(sequences(second)).toEqual([1, 2, 3])
  await source.written(second)
  expect(settled.map(({ written }) => sequences(written))).toEqual([[1, 2, 3]])
})

test('a position that cannot be saved is told, and its records have left all the same', async () => {
  const { source, settled, failSave } = setup(2)
  const batch = await source.head(10)
  failSave()
  await expect(Promise.resolve(source.written(batch))).rejects.toThrow('the disk is full')
  expect([source.waiting, source.settled, settled.length]).toEqual([0, 2, 1])
})
