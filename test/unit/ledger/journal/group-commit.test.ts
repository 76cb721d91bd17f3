import { expect, test } from '@jest/globals'
import { fakeDisk } from './fake-disk.ts'
import { appendAll, drain, journalBench, numbered } from './support.ts'

test('a thousand appends at once share a few syncs', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ fsync: 'always' }, disk)
  const payloads = numbered(1000)
  await appendAll(journal, payloads)
  expect(disk.syncs).toBeLessThanOrEqual(2)
  expect(disk.writes).toBe(disk.syncs)
  expect(await drain(journal)).toEqual(payloads)
})

test('fifty writers that wait for each append share syncs', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ fsync: 'always' }, disk)
  const writer = async () => {
    for (let i = 0; i < 20; i++) await journal.append('x')
  }
  await Promise.all(Array.from({ length: 50 }, writer))
  expect(disk.syncs).toBeLessThanOrEqual(100)
  expect(journal.size.waitingRecords).toBe(1000)
})

test('an append with `always` resolves after the sync that covers it, not before', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ fsync: 'always' }, disk)
  for (let i = 1; i <= 5; i++) {
    await journal.append('x')
    expect(disk.syncs).toBe(i)
  }
})

test('with `never` nothing is synced before close', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const journal = await bench.open({ fsync: 'never' }, disk)
  await appendAll(journal, numbered(10))
  expect(disk.syncs).toBe(0)
  await journal.close()
  expect(disk.syncs).toBe(1)
})

test('with `interval` many writes share one sync', async () => {
  await using bench = await journalBench()
  const disk = fakeDisk()
  const synced = Promise.withResolvers<void>()
  disk.before = (operation) => operation === 'sync' && synced.resolve()
  const journal = await bench.open({ fsync: 'interval', fsyncIntervalMs: 50 }, disk)
  for (let i = 0; i < 10; i++) await journal.append('x')
  await synced.promise
  expect(disk.writes).toBe(10)
  expect(disk.syncs).toBeLessThan(10)
})

test('an append from the continuation of another is not forgotten', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  const last = journal.append('1').then(() => journal.append('2').then(() => journal.append('3')))
  expect(await last).toBe(true)
  expect(await drain(journal)).toEqual(['1', '2', '3'])
})

test('the order is the order of the calls, across groups and segments', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 2000 })
  const payloads = numbered(300, 30)
  await appendAll(journal, payloads)
  expect(await drain(journal)).toEqual(payloads)
})

test('one record may be larger than a segment', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ segmentBytes: 1000 })
  const payloads = ['small', 'x'.repeat(50_000), 'small']
  await appendAll(journal, payloads)
  await journal.close()
  expect(await drain(await bench.open())).toEqual(payloads)
})

test('close writes what is pending, and is idempotent', async () => {
  await using bench = await journalBench()
  const journal = await bench.open()
  const pending = journal.append('last')
  await Promise.all([journal.close(), journal.close()])
  expect(await pending).toBe(true)
  await expect(journal.append('later')).rejects.toMatchObject({ code: 'closed' })
  await expect(journal.read(1, 1)).rejects.toMatchObject({ code: 'closed' })
  await expect(journal.acknowledge(1)).rejects.toMatchObject({ code: 'closed' })
  expect(await drain(await bench.open())).toEqual(['last'])
})
