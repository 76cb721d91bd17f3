import { expect, test } from '@jest/globals'
import { DeadLetters } from '../../../../src/ledger/journal/dead-letters.ts'
import { deadLettersDir } from '../../../../src/ledger/journal/open-journal.ts'
import { appendAll, bytesIn, drain, journalBench, numbered } from './support.ts'

/** A full journal of ten records. Each occupies 100 bytes. */
async function setup(onFull: 'block' | 'reject' | 'drop-newest') {
  const bench = await journalBench()
  const journal = await bench.open({ onFull, maxBytes: 1000, segmentBytes: 250 })
  const payloads = numbered(10, 74)
  await appendAll(journal, payloads)
  return { bench, journal, payloads }
}

async function acknowledge(journal: Awaited<ReturnType<typeof setup>>['journal'], records: number) {
  await journal.acknowledge((await journal.read(records, 1e6)).position)
}

test('`block`: an append waits until something is acknowledged, and keeps its place', async () => {
  const { bench, journal, payloads } = await setup('block')
  await using _ = bench
  const settled: string[] = []
  const waiting = ['x'.repeat(76), 'y'].map((payload) => journal.append(payload).then(() => settled.push(payload[0]!)))
  await acknowledge(journal, 1)
  expect(settled).toEqual([])
  expect(await bytesIn(bench.dir)).toBe(1000)
  await acknowledge(journal, 1)
  await Promise.all(waiting)
  expect(settled).toEqual(['x', 'y'])
  expect(await drain(journal)).toEqual([...payloads.slice(2), 'x'.repeat(76), 'y'])
  expect(bench.events.map(({ name }) => name)).toEqual(['journal:full', 'journal:room'])
})

test('`reject`: an append is refused with a code, and taken again when there is room', async () => {
  const { bench, journal } = await setup('reject')
  await using _ = bench
  await expect(journal.append('x')).rejects.toMatchObject({ name: 'JournalError', code: 'full' })
  await expect(journal.append('x')).rejects.toMatchObject({ code: 'full' })
  await drain(journal)
  expect(await journal.append('x')).toBe(true)
  expect(bench.events.map(({ name }) => name)).toEqual(['journal:full', 'journal:room'])
})

test('`drop-newest`: an append resolves false and is told; what was there stays', async () => {
  const { bench, journal, payloads } = await setup('drop-newest')
  await using _ = bench
  expect(await journal.append('lost')).toBe(false)
  expect(bench.events).toContainEqual({ name: 'journal:drop', records: 1, bytes: 4 })
  expect(await drain(journal)).toEqual(payloads)
})

test('a small append does not overtake a large one that waits', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ maxBytes: 1000, segmentBytes: 250 })
  await appendAll(journal, numbered(9, 74))
  const waiting = appendAll(journal, ['large'.repeat(40), 'small'])
  const first = await drain(journal)
  expect(await waiting).toEqual([true, true])
  expect([...first.slice(9), ...(await drain(journal))]).toEqual(['large'.repeat(40), 'small'])
})

test('closing refuses what waits for room', async () => {
  const { bench, journal } = await setup('block')
  await using _ = bench
  const waiting = journal.append('x')
  const refused = expect(waiting).rejects.toMatchObject({ code: 'closed' })
  await journal.close()
  await refused
})

test('a record that can never fit is refused at once', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ maxBytes: 1000 })
  await expect(journal.append('x'.repeat(977))).rejects.toMatchObject({ code: 'too_large' })
  expect(await journal.append('x'.repeat(976))).toBe(true)
})

test('a record as large as the journal fits whenever all else is acknowledged', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ maxBytes: 1000, onFull: 'reject' })
  for (let i = 0; i < 5; i++) {
    expect(await journal.append('small')).toBe(true)
    await drain(journal)
    expect(await journal.append('x'.repeat(976))).toBe(true)
    await drain(journal)
  }
})

test('the files never outgrow `maxBytes`, however it is filled and emptied', async () => {
  await using bench = await journalBench()
  const journal = await bench.open({ maxBytes: 2000, segmentBytes: 500 })
  const payloads = numbered(300, 40)
  const written = appendAll(journal, payloads)
  const drained: string[] = []
  while (drained.length < payloads.length) {
    const { records, position } = await journal.read(3, 1e6)
    drained.push(...records.map(({ payload }) => payload.toString()))
    await journal.acknowledge(position)
    expect(await bytesIn(bench.dir)).toBeLessThanOrEqual(2000)
  }
  await written
  expect(drained).toEqual(payloads)
})

test('the bound holds across a restart', async () => {
  const { bench, journal } = await setup('reject')
  await using _ = bench
  await journal.close()
  const reopened = await bench.open({ onFull: 'reject', maxBytes: 1000 })
  await expect(reopened.append('x')).rejects.toMatchObject({ code: 'full' })
})

test('dead letters count: appends wait for them, setting aside does not', async () => {
  const { bench, journal } = await setup('block')
  await using _ = bench
  for (let i = 0; i < 10; i++) {
    const { records, position } = await journal.read(1, 1e6)
    await journal.deadLetter(records[0]!, { reason: 'poison' })
    await journal.acknowledge(position)
  }
  const waiting = journal.append('x')
  expect(journal.size.bytes).toBeGreaterThan(1000)
  // As another process does it, beside the owner.
  const others = new DeadLetters(deadLettersDir(bench.dir))
  for (const { id } of await others.list()) await others.remove(id)
  expect(await waiting).toBe(true)
  expect(await drain(journal)).toEqual(['x'])
})
