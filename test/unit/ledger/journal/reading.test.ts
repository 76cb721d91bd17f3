import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { appendAll, drain, journalBench, numbered, segmentsIn } from './support.ts'

test('reading does not consume; acknowledging does', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['a', 'b', 'c'])
  const batch = await journal.read(2, 100)
  expect(batch.records.map(({ payload }) => payload.toString())).toEqual(['a', 'b'])
  expect(await journal.read(2, 100)).toEqual(batch)
  await journal.acknowledge(batch.position)
  expect((await journal.read(2, 100)).records.map(({ payload }) => payload.toString())).toEqual(['c'])
})

test('a batch may be acknowledged in part', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['a', 'b', 'c'])
  const { records } = await journal.read(3, 100)
  await journal.acknowledge(records[1]!.sequence)
  expect(await drain(journal)).toEqual(['c'])
})

test('a batch holds at most so many bytes, but never nothing', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['x'.repeat(50), 'y'.repeat(50), 'z'.repeat(50)])
  expect((await journal.read(10, 100)).records).toHaveLength(2)
  expect((await journal.read(10, 99)).records).toHaveLength(1)
  expect((await journal.read(10, 1)).records).toHaveLength(1)
})

test('a position that was never read is refused, and forgets nothing', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['a', 'b'])
  const { position } = await journal.read(1, 100)
  for (const wrong of [position + 1, Number.NaN, position - 0.5, Number.POSITIVE_INFINITY]) {
    await expect(journal.acknowledge(wrong)).rejects.toMatchObject({ code: 'not_read' })
  }
  expect(await drain(journal)).toEqual(['a', 'b'])
})

test('acknowledging twice, late or out of order changes nothing', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await appendAll(journal, ['a', 'b', 'c'])
  const { records } = await journal.read(2, 100)
  await Promise.all([journal.acknowledge(records[1]!.sequence), journal.acknowledge(records[0]!.sequence)])
  await journal.acknowledge(records[1]!.sequence)
  await journal.acknowledge(0)
  expect(await drain(journal)).toEqual(['c'])
})

test('an empty journal reads as an empty batch whose position can be acknowledged', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  const { records, position } = await journal.read(10, 100)
  expect(records).toEqual([])
  await journal.acknowledge(position)
})

test('segments behind the position are deleted, the ones in front are not', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 1000 })
  for (const payload of numbered(100, 40)) await journal.append(payload)
  const before = await segmentsIn(bench.dir)
  const { position } = await journal.read(1000, 1e6)
  await journal.acknowledge(position)
  expect(await segmentsIn(bench.dir)).toEqual(before.slice(1))
  await drain(journal)
  expect(await segmentsIn(bench.dir)).toEqual(before.slice(-1))
})

test('two readers at once see the same', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 1000 })
  for (const payload of numbered(100, 40)) await journal.append(payload)
  await journal.close()
  const reopened = await bench.open()
  await reopened.acknowledge((await reopened.read(1000, 1e6)).position)
  const [one, two] = await Promise.all([reopened.read(10, 1e6), reopened.read(10, 1e6)])
  expect(one.records.length).toBeGreaterThan(0)
  expect(two).toEqual(one)
})

test('what is appended while an old segment is read comes after it', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 1000 })
  const payloads = numbered(100, 40)
  const [, drained] = await Promise.all([appendAll(journal, payloads), drain(journal)])
  expect([...drained, ...(await drain(journal))]).toEqual(payloads)
})

test('the gauges tell how much waits, and for how long', async () => {
  await using bench = await journalBench()
  let time = 1000
  const journal = await bench.open({ now: () => time })
  expect(journal.size).toEqual({ bytes: 0, waitingRecords: 0, oldestWaitingMs: 0 })
  await journal.append('12345')
  time = 3000
  await journal.append('67890')
  expect(journal.size).toEqual({ bytes: 58, waitingRecords: 2, oldestWaitingMs: 2000 })
  await journal.acknowledge((await journal.read(1, 100)).position)
  time = 4000
  expect(journal.size).toEqual({ bytes: 58, waitingRecords: 1, oldestWaitingMs: 1000 })
  await journal.close()
  expect((await bench.open({ now: () => time })).size).toMatchObject({ waitingRecords: 1, oldestWaitingMs: 1000 })
})

test('the files hold the payloads as they are', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  await journal.append('{"request_id":"r1"}')
  const [name] = await segmentsIn(bench.dir)
  expect((await readFile(join(bench.dir, name!))).subarray(24).toString()).toBe('{"request_id":"r1"}')
})
